"""The first free slots of many instructors, computed lazily, no further than needed. Pure.

`Earliest` yields the same slots as `offers.offered`, in the same order, but one at a time. What
many instructors have in common, such as the bookable window and the openings of shared hours, is
cached; cache keys contain the identity of `Hours` and `Availability` objects, so callers should
share equal objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import DAY_MINUTES, Hours, local_date, only_date, openings
from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import (
    Availability,
    Booked,
    SlotRequest,
    bookable_window,
    day_gate,
    kept_free,
    midnights,
)
from booking.availability.engine.slots import Grid, SlotRules, apart, each_free, grids_of

PIECE = 3
"""Number of days whose openings are computed at a time."""

_Window = tuple[datetime, datetime, date, date]
"""Earliest start, latest end, and the first and last day on which a slot may begin."""


class Earliest:
    """Finds slots from day `first` to day `last`, inclusive, with caches for all its calls."""

    def __init__(self, *, first: date, last: date, now: datetime, zone: ZoneInfo) -> None:
        self._first, self._last, self._now, self._zone = first, last, now, zone
        self._windows: dict[tuple[int, int], _Window] = {}
        self._grids: dict[tuple[int, int, int], tuple[Hours, list[tuple[date | None, Grid]]]] = {}
        self._free: dict[
            tuple[int, int, DaySpan, int], tuple[Availability, tuple[Interval, ...]]
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
        key = id(availability), slot_request.minutes, slot_request.topic, number
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
        """Each offered slot in order; only those that begin within `starts`, if it is given."""
        rules = availability.rules
        if not rules.shortest_minutes <= slot_request.minutes <= rules.longest_minutes:
            return
        not_before, not_after, first, last = self._window(availability)
        if starts is not None and starts[0] > not_before:
            not_before = starts[0]
            first = max(first, local_date(not_before, self._zone))
        taken: list[Interval] = []
        if booked or availability.external_busy:
            blocked = kept_free(booked, slot_request.place, rules.buffer_minutes)
            taken = union([*blocked, *availability.external_busy])
        gate = day_gate(availability.limits, booked, slot_request, self._zone)
        slot_rules = SlotRules(slot_request.minutes, rules.step_minutes)
        extra_days = slot_request.minutes // DAY_MINUTES
        for day, grid in self._grids_from(availability.hours, first, last, extra_days):
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

    def _window(self, availability: Availability) -> _Window:
        """The bookable window, cached by notice and horizon: days off are the same for all."""
        rules = availability.rules
        key = rules.notice_days, rules.horizon_days
        cached = self._windows.get(key)
        if cached is None:
            window = bookable_window(
                rules, now=self._now, zone=self._zone, days=availability.hours.days
            )
            first = local_date(window[0], self._zone)
            last = local_date(window[1] - timedelta(microseconds=1), self._zone)
            cached = *window, max(first, self._first), min(last, self._last)
            self._windows[key] = cached
        return cached

    def _grids_from(
        self, hours: Hours, first: date, last: date, extra_days: int
    ) -> Iterator[tuple[date | None, Grid]]:
        """The grids on the days `first` to `last`, and earlier ones of the same piece."""
        for piece in count((first - self._first).days // PIECE):
            if self._first + timedelta(days=piece * PIECE) > last:
                return
            yield from self._piece(hours, piece, extra_days)

    def _piece(self, hours: Hours, piece: int, extra_days: int) -> list[tuple[date | None, Grid]]:
        """The grids that begin in one piece; openings are read `extra_days` further for long slots.

        Each comes with the local date of all its instants; None where the UTC offset changes
        within.
        """
        key = id(hours), piece, extra_days
        cached = self._grids.get(key)
        if cached is None:
            first_day = self._first + timedelta(days=piece * PIECE)
            last_day = min(self._last, first_day + timedelta(days=PIECE - 1))
            opened = openings(
                hours, first_day, last_day + timedelta(days=1 + extra_days), self._zone
            )
            grids = [
                (day, grid)
                for day, grid in _dated(opened, self._zone)
                if (day or local_date(grid[0], self._zone)) <= last_day
            ]
            cached = self._grids[key] = hours, grids
        return cached[1]


def _dated(opened: Iterable[Interval], zone: ZoneInfo) -> Iterator[tuple[date | None, Grid]]:
    """The grids of openings in normal form, each with the local date of all its instants."""
    for opening in opened:
        day = only_date(*opening, zone)
        if day is not None:
            yield day, (*opening, opening[1])
            continue
        for grid in grids_of([opening], midnights([opening], zone)):
            yield only_date(*grid[:2], zone), grid
