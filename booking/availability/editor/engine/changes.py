"""The days that a change of the hours or rules changes: for branches, or the hours alone. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import Hours, openings
from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.offers import Availability, Booked, SlotRequest
from booking.availability.engine.slots import offered
from booking.availability.engine.zones import day_bounds, local_date

_MICROSECOND = timedelta(microseconds=1)


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
