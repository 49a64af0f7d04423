"""The coming days as a branch sees them, computed by the engine that also checks bookings. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import Hours, day_bounds, local_date, local_instant, openings
from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.offers import Availability, Booked, SlotRequest, WhyNot
from booking.availability.engine.slots import offered, why_not

NOON = 720
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SeenDay:
    """A day as a branch sees it: bookable intervals [start, end), or the rule that closes it."""

    day: date
    stretches: tuple[Interval, ...]
    why: WhyNot | None
    """The rule that closes a day without intervals; None where it is simply closed."""
    too_short: bool = False
    """The opening hours of the day are shorter than the lecture."""


def seen_days(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> list[SeenDay]:
    """The days `first` to `last`, inclusive, each with the intervals that a branch can book."""
    by_day: dict[date, list[Interval]] = defaultdict(list)
    for slot in offered(
        availability, booked, slot_request, first=first, last=last, now=now, zone=zone
    ):
        by_day[local_date(slot[0], zone)].append(slot)
    return [
        SeenDay(day, tuple(union(by_day[day])), None)
        if day in by_day
        else _closed(availability, booked, slot_request, day, now, zone)
        for day in _days(first, last)
    ]


def _closed(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    day: date,
    now: datetime,
    zone: ZoneInfo,
) -> SeenDay:
    """A day without a slot, with the rule that closes the start of its hours."""
    hours = openings(availability.hours, day, day, zone)
    start = hours[0][0] if hours else local_instant(day, NOON, zone)
    refused = why_not(availability, booked, slot_request, start, now=now, zone=zone)
    why = refused.why if refused else None
    short = bool(hours) and why in (WhyNot.OUTSIDE_HOURS, WhyNot.OFF_GRID)
    return SeenDay(day, (), why, short)


def days_seen_changed(
    before: Availability,
    after: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> frozenset[date]:
    """The days `first` to `last` whose bookable intervals differ between `before` and `after`."""

    def stretches(availability: Availability) -> dict[date, list[Interval]]:
        by_day: dict[date, list[Interval]] = defaultdict(list)
        for slot in offered(
            availability, booked, slot_request, first=first, last=last, now=now, zone=zone
        ):
            by_day[local_date(slot[0], zone)].append(slot)
        return {day: union(slots) for day, slots in by_day.items()}

    return _differing(stretches(before), stretches(after))


def days_opened_or_closed(
    before: Hours, after: Hours, *, first: date, last: date, zone: ZoneInfo
) -> frozenset[date]:
    """The days `first` to `last` whose hours differ, whether a branch can see it or not."""

    def opened(hours: Hours) -> dict[date, list[Interval]]:
        by_day: dict[date, list[Interval]] = defaultdict(list)
        for start, end in openings(hours, first, last, zone):
            for day in _days(local_date(start, zone), local_date(end - _MICROSECOND, zone)):
                begin, over = day_bounds(day, zone)
                by_day[day].append((max(start, begin), min(end, over)))
        return by_day

    return _differing(opened(before), opened(after))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _differing(
    before: Mapping[date, list[Interval]], after: Mapping[date, list[Interval]]
) -> frozenset[date]:
    return frozenset(
        day for day in before.keys() | after.keys() if before.get(day) != after.get(day)
    )
