"""Whether the digest of one coordinator is due. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import DayKind
from booking.availability.engine.workdays import is_workday
from booking.availability.engine.zones import local_date, local_instant
from booking.notifications.choices.engine.preferences import DigestRhythm, Preferences


def monday_of(day: date) -> date:
    """The Monday on or before a day."""
    return day - timedelta(days=day.weekday())


def is_due(
    preferences: Preferences,
    *,
    now: datetime,
    last: date | None,
    days: Mapping[date, DayKind],
    zone: ZoneInfo,
) -> bool:
    """Whether a digest is to be written at `now`.

    `last` is the local day of the one before. Daily: on each workday from the chosen hour on.
    Weekly: on the first workday of the week, or the next one if the worker stood still. An hour
    that had passed when the person chose it counts from the next day on.
    """
    today = local_date(now, zone)
    if preferences.digest is DigestRhythm.NEVER or not is_workday(today, days):
        return False
    first = today
    if preferences.digest is DigestRhythm.WEEKLY:
        monday = monday_of(today)
        week = (monday + timedelta(days=offset) for offset in range(7))
        first = next(day for day in week if is_workday(day, days))
    if last is not None and last >= first:
        return False
    since = preferences.since
    if since is not None and since >= local_instant(first, preferences.digest_minute, zone):
        return False
    return now >= local_instant(today, preferences.digest_minute, zone)
