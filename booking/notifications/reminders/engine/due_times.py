"""Which reminders of a lecture are due for one person. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.notifications.choices.engine.preferences import BEFORE, Preferences, ReminderOffset
from booking.notifications.choices.engine.quiet_hours import ahead_of, around

LATEST: dict[ReminderOffset, timedelta] = {
    ReminderOffset.WEEK: timedelta(days=1),
    ReminderOffset.DAY: timedelta(hours=12),
}
"""How late a reminder still comes where the worker stood still; the last one until the start."""

LONGEST_AHEAD = max(BEFORE.values()) + timedelta(days=2)
"""How long before a lecture the first reminder can be due, with the quiet hours before it."""


def due_at(
    offset: ReminderOffset, starts_at: datetime, preferences: Preferences, zone: ZoneInfo
) -> datetime:
    """When a reminder is due: before the quiet hours if it would be due within them."""
    return ahead_of(starts_at - BEFORE[offset], preferences.quiet, zone)


def due(
    *,
    starts_at: datetime,
    settled_at: datetime,
    now: datetime,
    preferences: Preferences,
    sent: Collection[ReminderOffset],
    zone: ZoneInfo,
) -> ReminderOffset | None:
    """The reminder that is due now, or None; never more than one.

    `settled_at` is when the lecture was confirmed for this time. What was due before that, or
    before the person chose it, is not made up for. Where the worker stood still, only the latest of
    those that are due comes, and none in the quiet hours.
    """
    if now >= starts_at:
        return None
    if preferences.quiet is not None and around(now, preferences.quiet, zone) is not None:
        return None
    times = {
        offset: due_at(offset, starts_at, preferences, zone)
        for offset in BEFORE
        if offset in preferences.reminders
    }
    passed = [offset for offset, at in times.items() if at <= now]
    if not passed or passed[-1] in sent:
        return None
    latest, at = passed[-1], times[passed[-1]]
    since = max(settled_at, preferences.since or settled_at)
    late = now - at > LATEST.get(latest, LONGEST_AHEAD)
    return latest if at > since and not late else None
