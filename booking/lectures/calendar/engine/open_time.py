"""What an instructor's own calendar shows of each day beside lectures: free, busy, closed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking.availability.engine.closures import DayGate
from booking.availability.engine.hours import openings
from booking.availability.engine.intervals import Interval, overlaps, subtract, union
from booking.availability.engine.limits import Limits
from booking.availability.engine.offers import Availability, Booked, WhyNot
from booking.availability.engine.zones import day_bounds


@dataclass(frozen=True, slots=True)
class OpenTime:
    """The time of a day: free hours from now on, and busy times of external calendars."""

    free: tuple[Interval, ...] = ()
    busy: tuple[Interval, ...] = ()
    unknown: bool = False
    """Whether an external calendar has an entry on it that could not be read."""
    closed: WhyNot | None = None
    """The term or suspension that closes the day."""


def open_times(
    availability: Availability,
    booked: Iterable[Booked],
    days: Sequence[date],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> dict[date, OpenTime]:
    """The time of each day. Caps, lead time and horizon close nothing here: hours stay open."""
    limits = availability.limits
    gate = DayGate(Limits(limits.terms, limits.suspensions))
    holds = [(hold.start, hold.end) for hold in booked]
    taken = union([*holds, *availability.external_busy, *availability.external_unknown])
    found = {}
    for day in days:
        bounds = day_bounds(day, zone)
        busy = tuple(
            (max(start, bounds[0]), min(end, bounds[1]))
            for start, end in availability.external_busy
            if start < bounds[1] and end > bounds[0]
        )
        unknown = any(overlaps(bounds, span) for span in availability.external_unknown)
        closed = gate.closed(day)
        opened = () if closed else openings(availability.hours, day, day, zone)
        coming = [(max(start, now), end) for start, end in opened]
        found[day] = OpenTime(tuple(subtract(coming, taken)), busy, unknown, closed)
    return found
