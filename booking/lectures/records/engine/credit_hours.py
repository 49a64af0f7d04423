"""The credit hours of a lecture, from when it really began to when it ended. Pure.

Instants are UTC: the difference of two times of another zone would be that of its clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from booking.availability.engine.day_parts import HalfDay, SlotTemplate
from booking.availability.engine.zones import local_date, local_instant

MOST_IN_A_HALF_DAY = Decimal(4)
STEP = Decimal("0.5")


def credit_hours(
    started_at: datetime,
    ended_at: datetime,
    *,
    minutes_per_hour: int,
    template: SlotTemplate,
    zone: ZoneInfo,
) -> Decimal:
    """The credit hours of [started_at, ended_at), rounded to half hours, halves upwards.

    Each half-day of the local clock counts for itself, with `MOST_IN_A_HALF_DAY` at most.
    """
    exact = sum(
        (
            min(Decimal(minutes) / minutes_per_hour, MOST_IN_A_HALF_DAY)
            for minutes in minutes_by_half_day(started_at, ended_at, template, zone)
        ),
        Decimal(0),
    )
    return (exact / STEP + Decimal("0.5")) // 1 * STEP


def minutes_by_half_day(
    started_at: datetime, ended_at: datetime, template: SlotTemplate, zone: ZoneInfo
) -> list[int]:
    """The whole minutes of an interval in each half-day that it touches, in order."""
    day, last = local_date(started_at, zone), local_date(ended_at, zone)
    found = []
    while day <= last:
        for first, end in _half_days(day, template, zone):
            inside = min(ended_at, end) - max(started_at, first)
            if inside > timedelta():
                found.append(inside // timedelta(minutes=1))
        day += timedelta(days=1)
    return found


def _half_days(
    day: date, template: SlotTemplate, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The bounds of morning, afternoon and evening, which together make the day."""
    afternoon, evening = template.limits
    following = local_instant(day + timedelta(days=1), 0, zone)
    bounds = [local_instant(day, minute, zone) for minute in (0, afternoon, evening)]
    for _part, first, end in zip(HalfDay, bounds, [*bounds[1:], following], strict=True):
        yield first, end
