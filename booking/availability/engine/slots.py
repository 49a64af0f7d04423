"""The slot engine: finds the bookable slots of an instructor, one after the other. Pure.

`SlotFinder` yields the slots; `offered` is the list of them, and `why_not` tells why a time is not
in that list. Pages, searches and the booking transaction all ask here, so that every slot shown can
be booked. All intervals are half-open, aware and in UTC.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from booking.availability.engine.closures import Closures, bookable_window
from booking.availability.engine.grids import DatedGrid, SlotRules, dated_grids, each_free
from booking.availability.engine.hours import Hours, openings
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import Availability, Booked, Refused, SlotRequest, WhyNot
from booking.availability.engine.zones import DAY_MINUTES, local_date

PIECE = timedelta(days=3)
"""The days whose openings are computed at a time, unless all are needed."""

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)

_Window = tuple[Interval, date, date]
"""The bookable window, and the first and last day on which a slot may begin."""


class SlotFinder:
    """Finds slots from day `first` to day `last`, inclusive, no further than they are asked for.

    What many instructors have in common, such as the bookable window and the openings of shared
    hours, is cached; cache keys contain the identity of `Hours` and `Availability` objects, so
    callers should share equal objects. `whole` computes the openings of all days at once, which is
    faster if all slots are needed.
    """

    def __init__(
        self, *, first: date, last: date, now: datetime, zone: ZoneInfo, whole: bool = False
    ) -> None:
        self._first, self._last, self._now, self._zone = first, last, now, zone
        self._whole = whole
        self._windows: dict[tuple[int, int], _Window] = {}
        self._grids: dict[tuple[int, date, date, int], tuple[Hours, list[DatedGrid]]] = {}
        self._free: dict[
            tuple[int, int, DaySpan, bool, int], tuple[Availability, tuple[Interval, ...]]
        ] = {}

    def times(
        self,
        availability: Availability,
        booked: Sequence[Booked],
        slot_request: SlotRequest,
        number: int = 3,
    ) -> tuple[Interval, ...]:
        """The first `number` offered slots that do not overlap each other."""
        if not booked:
            return self.unhindered(availability, slot_request, number)
        return tuple(apart(self.each(availability, booked, slot_request), number))

    def unhindered(
        self, availability: Availability, slot_request: SlotRequest, number: int = 3
    ) -> tuple[Interval, ...]:
        """The first slots without any bookings; bookings can only make them later."""
        urgent = slot_request.urgent
        key = id(availability), slot_request.minutes, slot_request.topic, urgent, number
        cached = self._free.get(key)
        if cached is None:
            slots = tuple(apart(self.each(availability, (), slot_request), number))
            cached = self._free[key] = availability, slots
        return cached[1]

    def each(
        self,
        availability: Availability,
        booked: Sequence[Booked],
        slot_request: SlotRequest,
        starts: Interval | None = None,
    ) -> Iterator[Interval]:
        """Each offered slot in order; only those that begin within `starts`, if it is given.

        A slot belongs to the day on which it starts; it may end after midnight. The grid restarts
        at the start of each opening and at each midnight, so that slots do not depend on the days
        that are searched. `booked` are the instructor's holds; if caps are set, those of all
        `counted_days`. Slots overlap each other if the step is shorter than the lecture.
        """
        window, first, last = self._window(availability, slot_request.urgent)
        closures = Closures(availability, booked, slot_request, window, self._zone)
        not_before, not_after = window
        if starts is not None and starts[0] > not_before:
            not_before = starts[0]
            first = max(first, local_date(not_before, self._zone))
        if closures.wrong_length or last < first:
            return
        taken, gate = closures.taken(), closures.gate()
        slot_rules = SlotRules(slot_request.minutes, availability.rules.step_minutes)
        extra_days = slot_request.minutes // DAY_MINUTES
        for day, grid in self._grids_on(availability.hours, first, last, extra_days):
            if day is not None and not (first <= day <= last and gate.closed(day) is None):
                continue
            for slot in each_free(
                (grid,), taken, slot_rules, not_before=not_before, not_after=not_after
            ):
                if starts is not None and slot[0] >= starts[1]:
                    return
                if day is None:
                    start_day = local_date(slot[0], self._zone)
                    if not first <= start_day <= last or gate.closed(start_day) is not None:
                        continue
                yield slot

    def window(self, availability: Availability, *, urgent: bool = False) -> Interval:
        """The bookable window of an instructor; for an urgent request, without the lead time."""
        return self._window(availability, urgent)[0]

    def _window(self, availability: Availability, urgent: bool) -> _Window:
        """The window, cached by notice and horizon: days off are the same for all."""
        rules = availability.rules
        if urgent:
            rules = replace(rules, notice_days=0)
        key = rules.notice_days, rules.horizon_days
        cached = self._windows.get(key)
        if cached is None:
            days = availability.hours.days
            window = bookable_window(rules, now=self._now, zone=self._zone, days=days)
            first = local_date(window[0], self._zone)
            last = local_date(window[1] - _MICROSECOND, self._zone)
            cached = window, max(first, self._first), min(last, self._last)
            self._windows[key] = cached
        return cached

    def _grids_on(
        self, hours: Hours, first: date, last: date, extra_days: int
    ) -> Iterator[DatedGrid]:
        """The grids on the days `first` to `last`, and other ones of the same pieces."""
        if self._whole:
            yield from self._piece(hours, first, last, extra_days)
            return
        for number in count((first - self._first) // PIECE):
            begin = self._first + number * PIECE
            if begin > last:
                return
            end = min(self._last, begin + PIECE - _DAY)
            yield from self._piece(hours, begin, end, extra_days)

    def _piece(self, hours: Hours, first: date, last: date, extra_days: int) -> list[DatedGrid]:
        """The grids that begin in one piece; openings are read `extra_days` further for long slots.

        Cached, as instructors share hours.
        """
        key = id(hours), first, last, extra_days
        cached = self._grids.get(key)
        if cached is None:
            opened = openings(hours, first, last + (1 + extra_days) * _DAY, self._zone)
            grids = [
                (day, grid)
                for day, grid in dated_grids(opened, self._zone)
                if (day or local_date(grid[0], self._zone)) <= last
            ]
            cached = self._grids[key] = hours, grids
        return cached[1]


def offered(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> list[Interval]:
    """All slots that can be booked from day `first` to day `last`, as `SlotFinder.each`."""
    finder = SlotFinder(first=first, last=last, now=now, zone=zone, whole=True)
    return list(finder.each(availability, booked, slot_request))


def why_not(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    start: datetime,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Refused | None:
    """The rule that closes [start, start + minutes), by `Closures.refusal`; None if offered."""
    day = local_date(start, zone)
    finder = SlotFinder(first=day, last=day, now=now, zone=zone, whole=True)
    slots = list(finder.each(availability, booked, slot_request))
    requested = (start, start + timedelta(minutes=slot_request.minutes))
    if requested in slots:
        return None
    window = finder.window(availability, urgent=slot_request.urgent)
    refused = Closures(availability, booked, slot_request, window, zone).refusal(requested, now)
    if refused.why is not WhyNot.TRAVEL:
        return refused
    return replace(refused, fits=next((slot[0] for slot in slots if slot[0] > start), None))


def apart(slots: Iterable[Interval], count: int) -> list[Interval]:
    """The first ``count`` of sorted slots that do not overlap each other: real alternatives."""
    chosen: list[Interval] = []
    for slot in slots:
        if not chosen or slot[0] >= chosen[-1][1]:
            chosen.append(slot)
            if len(chosen) == count:
                break
    return chosen


def nearest(slots: Iterable[Interval], wanted_start: datetime, count: int = 3) -> list[Interval]:
    """The ``count`` slots that start nearest to ``wanted_start``, sorted by time.

    Of two that are equally near, the earlier one is preferred. Fewer if there are fewer.
    """
    closest = heapq.nsmallest(count, slots, key=lambda slot: (abs(slot[0] - wanted_start), slot))
    return sorted(closest)
