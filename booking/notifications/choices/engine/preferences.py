"""What somebody prefers beside the ways of messages: reminders, quiet hours, digest. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from booking.notifications.choices.engine.quiet_hours import QuietHours


class ReminderOffset(enum.StrEnum):
    """How long before a lecture somebody is reminded of it."""

    WEEK = "week"
    DAY = "day"
    HOURS = "hours"
    """Two hours."""


BEFORE: dict[ReminderOffset, timedelta] = {
    ReminderOffset.WEEK: timedelta(days=7),
    ReminderOffset.DAY: timedelta(days=1),
    ReminderOffset.HOURS: timedelta(hours=2),
}
"""The time before the start, the longest first."""


class DigestRhythm(enum.StrEnum):
    """How often a coordinator gets a digest."""

    NEVER = "never"
    DAILY = "daily"
    """On workdays."""
    WEEKLY = "weekly"
    """On the first workday of a week."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences of one person, or those of the installation."""

    reminders: frozenset[ReminderOffset]
    quiet: QuietHours | None
    """None: at any hour."""
    digest: DigestRhythm
    digest_minute: int
    """Minute of the local day."""
    tentative: bool = False
    """Whether times that are requested come as tentative invitations."""
    since: datetime | None = field(default=None, compare=False)
    """When the person changed them last: nothing is made up for what was due before."""
