"""Decides by which ways and when a message goes, and changes what people have chosen.

The caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import User
from booking.notifications.choices import queries
from booking.notifications.choices.engine import quiet_hours, unsubscribe_links
from booking.notifications.choices.engine.preferences import (
    DigestRhythm,
    Preferences,
    ReminderOffset,
)
from booking.notifications.choices.engine.unsubscribe_links import Unsubscribing
from booking.notifications.choices.engine.ways import (
    CAN_WAIT,
    NECESSARY,
    PRESETS,
    USUAL,
    MessageWay,
    Preset,
    Ways,
    check,
    in_effect,
)
from booking.notifications.choices.models import MessageChoice, MessagePreference
from booking.notifications.engine.kinds import MessageKind


def ways(
    session: Session,
    user: User,
    kind: MessageKind,
    *,
    urgent: bool = False,
    lecture_id: int | None = None,
) -> Ways:
    """The ways by which a message of a kind goes to somebody.

    `urgent`: it is told in any case. With `lecture_id`, changes of a lecture that is in the
    person's calendar already stay invitations.
    """
    chosen = queries.choices_of(session, user.id).get(kind)
    # Only who chose something else can have been invited before that.
    asks = kind is MessageKind.CALENDAR and chosen is not None and not chosen.invites
    return in_effect(
        kind,
        chosen,
        coordinator=is_coordinator(user.actor()),
        urgent=urgent,
        invited=asks and lecture_id is not None and queries.was_invited(session, user, lecture_id),
    )


def send_at(
    session: Session,
    user: User,
    way: MessageWay,
    kind: MessageKind,
    *,
    urgent: bool = False,
    now: datetime,
) -> datetime:
    """When a message goes out: now, or at the end of the person's quiet hours.

    A mail waits if its kind can wait. A text message rings: it waits whatever its kind, and a
    robot's message, too. What is urgent waits in no way.
    """
    if urgent or (way in (MessageWay.INVITATION, MessageWay.MAIL) and kind not in CAN_WAIT):
        return now
    quiet = queries.preferences_of(session, user.id).quiet
    return quiet_hours.after(now, quiet, i18n.zone())


def wants_invitations(session: Session, user: User) -> bool:
    """Whether somebody wants confirmed lectures as invitations by mail."""
    return ways(session, user, MessageKind.CALENDAR).invites


def wants_tentative(session: Session, user: User) -> bool:
    """Whether somebody wants requested times as tentative invitations by mail."""
    return wants_invitations(session, user) and queries.preferences_of(session, user.id).tentative


def is_coordinator(actor: Actor) -> bool:
    """Whether digests and group robots are for somebody."""
    return actor.has(Role.COORDINATOR) or actor.has(Role.ADMIN)


def unsubscribe_headers(user: User, kind: MessageKind) -> dict[str, str]:
    """The headers by which a mail program turns this kind off; none for necessary kinds."""
    url = unsubscribe_url(user, kind)
    return {} if url is None else unsubscribe_links.headers(url)


def unsubscribe_url(user: User, kind: MessageKind) -> str | None:
    """The page that turns this kind off without signing in; None for necessary kinds."""
    if kind in NECESSARY:
        return None
    token = unsubscribe_links.sign(Unsubscribing(user.id, kind), current_app.config["SECRET_KEY"])
    return f"{current_app.config['BASE_URL']}/unsubscribe/{token}"


def choose(
    session: Session,
    *,
    user: User,
    choices: Mapping[MessageKind, Ways],
    preferences: Preferences,
    now: datetime,
) -> None:
    """Store what somebody has chosen; raises `Invalid` with the kind as its field."""
    coordinator = is_coordinator(user.actor())
    for kind, chosen in choices.items():
        check(kind, chosen, coordinator=coordinator)
    _lock(session, user.id)
    present = queries.choices_of(session, user.id)
    for kind, chosen in choices.items():
        # A row that stays keeps its instant: it tells since when no invitation was sent.
        if present.get(kind, USUAL[kind]) != chosen:
            _store_choice(session, user.id, kind, chosen, now)
    if queries.preferences_of(session, user.id) != preferences:
        _store_preferences(session, user.id, preferences, now)


def apply_preset(session: Session, *, user: User, preset: Preset, now: datetime) -> None:
    """Choose what a preset says; the usual one follows the installation from then on."""
    if preset is Preset.USUAL:
        _lock(session, user.id)
        for model in (MessageChoice, MessagePreference):
            session.execute(delete(model).where(model.user_id == user.id))
        return
    present = queries.preferences_of(session, user.id)
    digest = DigestRhythm.DAILY if preset is Preset.DIGEST else DigestRhythm.NEVER
    choices = PRESETS[preset]
    preferences = replace(present, digest=digest)
    choose(session, user=user, choices=choices, preferences=preferences, now=now)


def unsubscribe(session: Session, link: Unsubscribing, *, now: datetime) -> bool:
    """Turn the mail of one kind off; False if there is no such account. Idempotent.

    Text messages and robots that were chosen stay: the link was in a mail.
    """
    if _lock(session, link.user_id) is None:
        return False
    if link.kind is MessageKind.DIGEST:
        present = queries.preferences_of(session, link.user_id)
        off = replace(present, digest=DigestRhythm.NEVER)
        _store_preferences(session, link.user_id, off, now)
        return True
    chosen = queries.choices_of(session, link.user_id).get(link.kind, USUAL[link.kind])
    if chosen.by_mail:
        _store_choice(session, link.user_id, link.kind, replace(chosen, mail=MessageWay.NONE), now)
    return True


def _lock(session: Session, user_id: int) -> int | None:
    """Lock an account, so that two changes of its choices follow each other."""
    query = select(User.id).where(User.id == user_id).with_for_update()
    return session.scalars(query).one_or_none()


def _store_choice(
    session: Session, user_id: int, kind: MessageKind, chosen: Ways, now: datetime
) -> None:
    row = session.get(MessageChoice, (user_id, kind)) or MessageChoice(user_id=user_id, kind=kind)
    row.mail, row.text, row.robot = chosen.mail, chosen.text, chosen.robot
    row.changed_at = now
    session.add(row)
    session.flush()


def _store_preferences(
    session: Session, user_id: int, preferences: Preferences, now: datetime
) -> None:
    row = session.get(MessagePreference, user_id) or MessagePreference(user_id=user_id)
    quiet = preferences.quiet
    row.remind_week = ReminderOffset.WEEK in preferences.reminders
    row.remind_day = ReminderOffset.DAY in preferences.reminders
    row.remind_hours = ReminderOffset.HOURS in preferences.reminders
    row.quiet_from = None if quiet is None else quiet.begins
    row.quiet_until = None if quiet is None else quiet.ends
    row.digest, row.digest_minute = preferences.digest, preferences.digest_minute
    row.tentative, row.changed_at = preferences.tentative, now
    session.add(row)
    session.flush()
