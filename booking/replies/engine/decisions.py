"""What follows from a calendar reply: rule 17 of docs/calendar-rules.md as one function. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.lectures.engine.states import State
from booking.replies.engine.contents import CalendarReply, Method, Participation

CLOCKS_DIFFER = timedelta(minutes=15)
"""How far ahead of ours a sender's clock may be. A DTSTAMP of next year would
outrank all others."""


class ReplyAct(enum.StrEnum):
    """What a reply does."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    ASK = "ask"
    """The lecture stands; both sides are told and asked."""
    PROPOSE = "propose"
    NOTE = "note"
    """Kept as the last answer; nothing else changes."""
    REFUSE = "refuse"


class Doubt(enum.StrEnum):
    """Why a reply is refused."""

    FOREIGN = "foreign"
    """No lecture of this installation has its UID."""
    NOT_INVITED = "not_invited"
    """No mail about the lecture went to the attendee at the address that the account has now."""
    FORGED = "forged"
    """Somebody else than the attendee sent it."""
    UNCONFIRMED = "unconfirmed"
    """The provider did not confirm the sender."""
    STALE = "stale"
    """It is about an earlier version of the lecture, or older than the attendee's last reply."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is known about the lecture, and about the person who was invited to it."""

    state: State
    sequence: int
    invited: bool
    """Whether a mail about it went to the attendee, whose address this still is."""
    sent_by_attendee: bool
    confirmed_sender: bool
    """Whether the sender counts as proven, by the setting."""
    last_stamp: datetime | None
    """DTSTAMP of this attendee's last reply."""
    instructs: bool
    """Whether the attendee is the lecture's instructor in person."""
    takes_part: bool
    """Whether the attendee is of either side in person."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reply does; of a refusal why."""

    act: ReplyAct
    doubt: Doubt | None = None


def decide(reply: CalendarReply, known: Invitation | None, *, now: datetime) -> Decision:
    """What follows from a reply; `known` is None for a UID that is not ours.

    The order of refusals is the order in which something is told: a sender who is not the attendee
    learns nothing about the lecture.
    """
    doubt = _doubt(reply, known, now)
    if known is None or doubt is not None:
        return Decision(ReplyAct.REFUSE, doubt)
    return Decision(_act(reply, known))


def _doubt(reply: CalendarReply, known: Invitation | None, now: datetime) -> Doubt | None:
    if known is None:
        return Doubt.FOREIGN
    if not known.sent_by_attendee:
        return Doubt.FORGED
    if not known.invited:
        return Doubt.NOT_INVITED
    if not known.confirmed_sender:
        return Doubt.UNCONFIRMED
    older = known.last_stamp is not None and reply.stamped_at <= known.last_stamp
    if reply.sequence != known.sequence or older or reply.stamped_at > now + CLOCKS_DIFFER:
        return Doubt.STALE
    return None


def _act(reply: CalendarReply, known: Invitation) -> ReplyAct:
    waits, stands = known.state is State.REQUESTED, known.state is State.CONFIRMED
    if reply.method is Method.COUNTER:
        return ReplyAct.PROPOSE if known.takes_part and (waits or stands) else ReplyAct.NOTE
    if reply.answer is Participation.ACCEPTED and waits and known.instructs:
        return ReplyAct.CONFIRM
    if reply.answer is Participation.DECLINED:
        if waits and known.instructs:
            return ReplyAct.DECLINE
        if stands and known.takes_part:
            return ReplyAct.ASK
    return ReplyAct.NOTE
