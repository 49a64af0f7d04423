"""The coming days as a branch sees them, computed by the engine that also checks bookings. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import local_date, local_instant, openings
from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.offers import Availability, Booked, SlotRequest, WhyNot
from booking.availability.engine.slots import offered, why_not

NOON = 720


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
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [
        SeenDay(day, tuple(union(by_day[day])), None)
        if day in by_day
        else _closed(availability, booked, slot_request, day, now, zone)
        for day in days
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


def changed(before: Sequence[SeenDay], after: Sequence[SeenDay]) -> frozenset[date]:
    """The days whose bookable intervals differ between `before` and `after`."""
    intervals_before: Mapping[date, tuple[Interval, ...]] = {
        seen_day.day: seen_day.stretches for seen_day in before
    }
    return frozenset(
        seen_day.day
        for seen_day in after
        if intervals_before.get(seen_day.day) != seen_day.stretches
    )
