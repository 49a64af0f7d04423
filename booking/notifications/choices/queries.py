"""Reads choices and preferences; what somebody has not chosen is as the installation says."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.notifications.choices.engine.preferences import (
    DigestRhythm,
    Preferences,
    ReminderOffset,
)
from booking.notifications.choices.engine.quiet_hours import QuietHours, minute_of
from booking.notifications.choices.engine.ways import Ways
from booking.notifications.choices.models import MessageChoice, MessagePreference
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import Delivery
from booking.settings.engine import notification_declarations as settings
from booking.settings.queries import in_force


def choices_of(session: Session, user_id: int) -> dict[MessageKind, Ways]:
    """What somebody has chosen, by kind."""
    rows = session.scalars(select(MessageChoice).where(MessageChoice.user_id == user_id))
    return {row.kind: Ways(row.mail, row.text, row.robot) for row in rows}


def usual_preferences() -> Preferences:
    """The preferences of who has chosen none: those of the installation."""
    begins, ends = in_force(settings.QUIET_FROM), in_force(settings.QUIET_UNTIL)
    quiet = None
    if begins and ends and begins != ends:
        quiet = QuietHours(minute_of(begins), minute_of(ends))
    offsets: tuple[str, ...] = in_force(settings.REMINDERS)
    return Preferences(
        reminders=frozenset(map(ReminderOffset, offsets)),
        quiet=quiet,
        digest=DigestRhythm(in_force(settings.DIGEST)),
        digest_minute=minute_of(in_force(settings.DIGEST_AT)),
    )


def preferences_of(session: Session, user_id: int) -> Preferences:
    """The preferences of one person. One query."""
    return preferences_of_all(session, [user_id])[user_id]


def preferences_of_all(session: Session, user_ids: Collection[int]) -> Mapping[int, Preferences]:
    """The preferences of several people, by their ids. One query."""
    usual = usual_preferences()
    query = select(MessagePreference).where(MessagePreference.user_id.in_(user_ids))
    return dict.fromkeys(user_ids, usual) | {
        row.user_id: _read(row) for row in session.scalars(query)
    }


def _read(row: MessagePreference) -> Preferences:
    offsets = (
        (ReminderOffset.WEEK, row.remind_week),
        (ReminderOffset.DAY, row.remind_day),
        (ReminderOffset.HOURS, row.remind_hours),
    )
    quiet = None
    if row.quiet_from is not None and row.quiet_until is not None:
        quiet = QuietHours(row.quiet_from, row.quiet_until)
    return Preferences(
        reminders=frozenset(offset for offset, on in offsets if on),
        quiet=quiet,
        digest=row.digest,
        digest_minute=row.digest_minute,
        tentative=row.tentative,
        since=row.changed_at,
    )


def was_invited(session: Session, user: User, lecture_id: int) -> bool:
    """Whether an earlier mail about a lecture may have entered it in the person's calendar.

    So it is with mails from before the person chose to get plain mail.
    """
    chosen = session.get(MessageChoice, (user.id, MessageKind.CALENDAR))
    if chosen is None:
        return False
    query = select(Delivery.id).where(
        Delivery.lecture_id == lecture_id,
        or_(Delivery.user_id == user.id, Delivery.recipient == user.email),
        or_(Delivery.kind == MessageKind.CALENDAR, Delivery.kind.is_(None)),
        Delivery.created_at < chosen.changed_at,
    )
    return session.scalar(query.limit(1)) is not None
