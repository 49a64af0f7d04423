"""The coming days as a branch would see them, from the same engine that a booking asks. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import local_date, local_instant, openings
from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.offers import (
    Availability,
    Booked,
    SlotRequest,
    WhyNot,
    offered,
    why_not,
)

NOON = 720


@dataclass(frozen=True, slots=True)
class SeenDay:
    """A day as a branch sees it: [start, end) in which the lecture can lie, or why not."""

    day: date
    stretches: tuple[Interval, ...]
    why: WhyNot | None
    """What closes a day without stretches; None where it is simply closed."""
    too_short: bool = False
    """The hours of the day are shorter than the lecture."""


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
    """The days `first` to `last`, inclusive, each with the time that a branch can book."""
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
    """A day without a free time, with the rule that closes the beginning of its hours."""
    hours = openings(availability.hours, day, day, zone)
    start = hours[0][0] if hours else local_instant(day, NOON, zone)
    refused = why_not(availability, booked, slot_request, start, now=now, zone=zone)
    why = refused.why if refused else None
    short = bool(hours) and why in (WhyNot.OUTSIDE_HOURS, WhyNot.OFF_GRID)
    return SeenDay(day, (), why, short)


def changed(before: Sequence[SeenDay], after: Sequence[SeenDay]) -> frozenset[date]:
    """The days on which a branch would see other times than before."""
    seen: Mapping[date, tuple[Interval, ...]] = {one.day: one.stretches for one in before}
    return frozenset(one.day for one in after if seen.get(one.day) != one.stretches)
