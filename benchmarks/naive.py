"""Brute-force reference for slots: checks each step of each opening against each lecture.

The baseline for the engine's speed, and the reference for its results. Correct for zones whose
offset does not change within the requested days, and for openings that are not adjacent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.closures import bookable_window
from booking.availability.engine.hours import DayKind, Hours, OverrideKind
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability


def slots(
    availability: Availability,
    busy: Sequence[Interval],
    *,
    minutes: int,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> list[Interval]:
    """The slots as `booking.availability.engine.offers.offered` lists them, without buffers."""
    not_before, not_after = bookable_window(
        availability.rules, now=now, zone=zone, days=availability.hours.days
    )
    length = timedelta(minutes=minutes)
    step = timedelta(minutes=availability.rules.step_minutes)
    free = []
    for opening_start, opening_end in _openings(availability.hours, first, last, zone):
        start = opening_start
        while start + length <= opening_end:
            end = start + length
            inside = not_before <= start and end <= not_after
            if inside and all(end <= taken[0] or taken[1] <= start for taken in busy):
                free.append((start, end))
            start += step
    return free


def _openings(hours: Hours, first: date, last: date, zone: ZoneInfo) -> Iterator[Interval]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        midnight = datetime.combine(day, time(), tzinfo=zone)
        for start, end in _minutes_of(hours, day):
            # Adding to a local datetime is wall-clock arithmetic, as hours are local.
            yield (
                (midnight + timedelta(minutes=start)).astimezone(UTC),
                (midnight + timedelta(minutes=end)).astimezone(UTC),
            )


def _minutes_of(hours: Hours, day: date) -> list[tuple[int, int]]:
    weekly = [
        (rule.start, rule.end)
        for rule in hours.weekly
        if rule.weekday == day.weekday() and hours.days.get(day) != DayKind.OFF
    ]
    todays = [override for override in hours.overrides if override.first <= day <= override.last]
    opened = weekly + [(o.start, o.end) for o in todays if o.kind == OverrideKind.EXTRA]
    for closed in (override for override in todays if override.kind == OverrideKind.CLOSED):
        opened = [
            part
            for start, end in opened
            for part in ((start, min(end, closed.start)), (max(start, closed.end), end))
            if part[0] < part[1]
        ]
    return sorted(opened)
