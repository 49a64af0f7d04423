"""The event that somebody is to be reminded of a lecture. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.notifications.choices.engine.preferences import ReminderOffset
from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class ReminderDue:
    """One person is to be reminded of a lecture, which begins at `starts_at`."""

    lecture_id: int
    user_id: int
    offset: ReminderOffset
    starts_at: datetime
    at: datetime


LECTURE_REMINDER = OutboxKind("notifications.lecture_reminder", ReminderDue)
