"""Which ways a message of a kind can take, and which it takes. Pure.

One table, `POSSIBLE`, for the page, the service and the tests.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.errors import Invalid
from booking.notifications.engine.kinds import MessageKind
from booking.sentences import N_

URGENT_DAYS = 7
"""Days before a lecture within which its change is always told."""


class MessageWay(enum.StrEnum):
    """A way by which a message reaches somebody."""

    INVITATION = "invitation"
    """A mail with a calendar part, which enters and changes an event (RFC 6047)."""
    MAIL = "mail"
    """A mail without a calendar part."""
    TEXT = "text"
    """A text message to a telephone."""
    ROBOT = "robot"
    """A message of a robot in a group of coordinators."""
    NONE = "none"
    """No mail. What happened still stands on the site."""


_DATED = frozenset({MessageWay.TEXT})
_GROUP = frozenset({MessageWay.ROBOT})
_MAIL, _OR_NONE = frozenset({MessageWay.MAIL}), frozenset({MessageWay.MAIL, MessageWay.NONE})

POSSIBLE: Mapping[MessageKind, frozenset[MessageWay]] = {
    MessageKind.ANSWER: _MAIL | _DATED | _GROUP,
    MessageKind.CALENDAR: frozenset({MessageWay.INVITATION}) | _OR_NONE | _DATED,
    MessageKind.PROGRESS: _OR_NONE,
    MessageKind.REMINDER: _OR_NONE | _DATED,
    MessageKind.FOLLOW_UP: _OR_NONE,
    MessageKind.DIGEST: _OR_NONE | _GROUP,
    MessageKind.CONTACT: _OR_NONE,
    MessageKind.REGISTER: _OR_NONE,
    MessageKind.ACCOUNT: _MAIL,
}
"""The ways that can be chosen for each kind; a kind without `NONE` is necessary."""

NECESSARY = frozenset(kind for kind, ways in POSSIBLE.items() if MessageWay.NONE not in ways)
"""Kinds of which a mail is always sent."""

CAN_WAIT = frozenset(
    {
        MessageKind.PROGRESS,
        MessageKind.CONTACT,
        MessageKind.REGISTER,
        MessageKind.REMINDER,
        MessageKind.FOLLOW_UP,
    }
)
"""Kinds whose mail waits for the end of the quiet hours.

A change of a calendar goes at once, for a mail rings nobody and a calendar must be true; so does a
question whose answer is due. A digest has an hour of its own."""

MAIL_WAYS = (MessageWay.INVITATION, MessageWay.MAIL, MessageWay.NONE)
"""Of these each kind has exactly one, in the order in which the page offers them."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of one kind of message for one person."""

    mail: MessageWay
    """One of `MAIL_WAYS`."""
    text: bool = False
    robot: bool = False

    @property
    def by_mail(self) -> bool:
        """Whether a mail is sent."""
        return self.mail is not MessageWay.NONE

    @property
    def invites(self) -> bool:
        """Whether the mail has a calendar part, where the message has one."""
        return self.mail is MessageWay.INVITATION

    def each(self) -> frozenset[MessageWay]:
        """All of them as members of `MessageWay`."""
        more = {
            way for way, on in ((MessageWay.TEXT, self.text), (MessageWay.ROBOT, self.robot)) if on
        }
        return frozenset({self.mail, *more})


USUAL: Mapping[MessageKind, Ways] = {
    kind: Ways(MessageWay.INVITATION if kind is MessageKind.CALENDAR else MessageWay.MAIL)
    for kind in MessageKind
}
"""What holds for who has chosen nothing: every message by mail, as before there was a choice."""


def offered(kind: MessageKind, *, coordinator: bool) -> frozenset[MessageWay]:
    """The ways that somebody can choose for a kind; a group robot is for coordinators."""
    possible = POSSIBLE[kind]
    return possible if coordinator else possible - {MessageWay.ROBOT}


def check(kind: MessageKind, ways: Ways, *, coordinator: bool) -> None:
    """Raise `Invalid` with the kind as its field for ways that cannot be chosen."""
    if kind in NECESSARY and ways.mail is MessageWay.NONE:
        sentence = N_("These messages are necessary: they cannot be turned off.")
        raise Invalid(sentence, field=kind.value)
    if ways.mail not in MAIL_WAYS or not ways.each() <= offered(kind, coordinator=coordinator):
        raise Invalid(N_("Choose one from the list."), field=kind.value)


def in_effect(
    kind: MessageKind,
    chosen: Ways | None,
    *,
    coordinator: bool,
    urgent: bool = False,
    invited: bool = False,
) -> Ways:
    """The ways that a message takes.

    `urgent`: it is told in any case, by a plain mail if nothing else. `invited`: an event of this
    lecture is in the person's calendar by an earlier invitation, so changes of it go on to be
    invitations; otherwise that event would stay and be wrong.
    """
    ways = chosen or USUAL[kind]
    mail = ways.mail
    if invited and kind is MessageKind.CALENDAR:
        mail = MessageWay.INVITATION
    elif mail is MessageWay.NONE and (urgent or kind in NECESSARY):
        mail = MessageWay.MAIL
    possible = offered(kind, coordinator=coordinator)
    return Ways(
        mail, ways.text and MessageWay.TEXT in possible, ways.robot and MessageWay.ROBOT in possible
    )


def is_urgent(now: datetime, *begins: datetime) -> bool:
    """Whether a change of a lecture is always told: one of its times is near, or just over."""
    near = timedelta(days=URGENT_DAYS)
    return any(now - timedelta(days=1) <= one < now + near for one in begins)


class Preset(enum.StrEnum):
    """Choices that are made together by one button."""

    USUAL = "usual"
    """As for who has chosen nothing."""
    FEW = "few"
    """Only what is necessary, and changes of the calendar."""
    DIGEST = "digest"
    """For coordinators: a digest on workdays instead of single mails."""


_NO_MAIL = Ways(MessageWay.NONE)

PRESETS: Mapping[Preset, Mapping[MessageKind, Ways]] = {
    Preset.USUAL: USUAL,
    Preset.FEW: {
        **USUAL,
        **dict.fromkeys((MessageKind.PROGRESS, MessageKind.REMINDER), _NO_MAIL),
    },
    Preset.DIGEST: {
        **USUAL,
        **dict.fromkeys((MessageKind.PROGRESS, MessageKind.REGISTER), _NO_MAIL),
    },
}
