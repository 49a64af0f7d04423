"""W1, the standard instructor: two blocks a weekday, 4 exceptions, 40 lectures, 2-hour slots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import Hours, Override, OverrideKind, WeeklyHours
from booking.availability.engine.hours_text import Block
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability
from booking.availability.engine.zones import local_instant

BLOCKS: tuple[Block, ...] = ((8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30))
"""Minutes from local midnight, Monday to Friday."""
WEEKDAYS = range(5)
DAYS = 30
"""Number of requested days, including today."""
MINUTES = 120
"""Length of the requested slots."""
LECTURES = 40
LECTURE_MINUTES = 60


class W1(NamedTuple):
    """The engine's arguments."""

    availability: Availability
    busy: Sequence[Interval]
    first: date
    last: date
    now: datetime
    zone: ZoneInfo


def overrides(today: date) -> tuple[Override, ...]:
    """Two closed days, a closed morning, and an extra Saturday."""
    monday = today + timedelta(days=14 - today.weekday())
    return (
        Override(monday + timedelta(days=1), monday + timedelta(days=1), OverrideKind.CLOSED),
        Override(monday + timedelta(days=9), monday + timedelta(days=9), OverrideKind.CLOSED),
        Override(
            monday + timedelta(days=3), monday + timedelta(days=3), OverrideKind.CLOSED, 0, 12 * 60
        ),
        Override(
            monday + timedelta(days=5),
            monday + timedelta(days=5),
            OverrideKind.EXTRA,
            9 * 60,
            16 * 60,
        ),
    )


def fixed() -> W1:
    """W1 on a fixed date, so that all runs do the same work."""
    zone = ZoneInfo("Asia/Shanghai")
    today = date(2026, 3, 2)
    weekly = tuple(WeeklyHours(day, start, end) for day in WEEKDAYS for start, end in BLOCKS)
    return W1(
        Availability(Hours(weekly, overrides(today))),
        _lectures(today, zone),
        today,
        today + timedelta(days=DAYS - 1),
        datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
        zone,
    )


def _lectures(today: date, zone: ZoneInfo) -> list[Interval]:
    """Two lectures a weekday, one at the beginning of each block, from today on."""
    days = [today + timedelta(days=offset) for offset in range(DAYS)]
    starts = [
        local_instant(day, start, zone)
        for day in days
        if day.weekday() in WEEKDAYS
        for start, _end in BLOCKS
    ]
    return [(start, start + timedelta(minutes=LECTURE_MINUTES)) for start in starts[:LECTURES]]
