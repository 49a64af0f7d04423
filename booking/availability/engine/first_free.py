"""The first times that many instructors offer, each looked for no further than needed. Pure.

`Earliest` finds the same times as `offers.offered`, in the same order, but one by one. What is
the same for all, such as days of notice and the hours of a week that several keep, is reckoned
once; `Availability` objects are told apart by identity, so whoever reads them should share them.
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
"""Days whose openings are reckoned at a time."""

_Window = tuple[datetime, datetime, date, date]
"""Not before, not after, and the first and last day on which a slot may begin."""


class Earliest:
    """Looks for times from day `first` to day `last`, inclusive."""

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
        """The first `number` times on offer that do not overlap each other."""
        if not booked:
            return self.unhindered(availability, slot_request, number)
        return tuple(apart(self.each(availability, booked, slot_request), number))

    def unhindered(
        self, availability: Availability, slot_request: SlotRequest, number: int = 3
    ) -> tuple[Interval, ...]:
        """The first times if nothing were booked: with bookings none can be earlier."""
        key = id(availability), slot_request.minutes, slot_request.topic, number
        known = self._free.get(key)
        if known is None:
            found = tuple(apart(self.each(availability, (), slot_request), number))
            known = self._free[key] = availability, found
        return known[1]

    def each(
        self,
        availability: Availability,
        booked: Sequence[Booked],
        slot_request: SlotRequest,
        starts: Interval | None = None,
    ) -> Iterator[Interval]:
        """Each slot on offer in order; only those that begin within `starts`, if it is given."""
        rules = availability.rules
        if not rules.shortest_minutes <= slot_request.minutes <= rules.longest_minutes:
            return
        not_before, not_after, first, last = self._window(availability)
        if starts is not None and starts[0] > not_before:
            not_before = starts[0]
            first = max(first, local_date(not_before, self._zone))
        taken: list[Interval] = []
        if booked or availability.external_busy:
            kept = kept_free(booked, slot_request.place, rules.buffer_minutes)
            taken = union([*kept, *availability.external_busy])
        gate = day_gate(availability.limits, booked, slot_request, self._zone)
        wanted = SlotRules(slot_request.minutes, rules.step_minutes)
        further = slot_request.minutes // DAY_MINUTES
        for day, grid in self._grids_from(availability.hours, first, last, further):
            if day is not None and not (first <= day <= last and gate.closed(day) is None):
                continue
            for slot in each_free(
                (grid,), taken, wanted, not_before=not_before, not_after=not_after
            ):
                if starts is not None and slot[0] >= starts[1]:
                    return
                if day is None:
                    begins = local_date(slot[0], self._zone)
                    if not first <= begins <= last or gate.closed(begins) is not None:
                        continue
                yield slot

    def _window(self, availability: Availability) -> _Window:
        """Found once for each notice and horizon: there are few, and holidays are everybody's."""
        rules = availability.rules
        key = rules.notice_days, rules.horizon_days
        known = self._windows.get(key)
        if known is None:
            window = bookable_window(
                rules, now=self._now, zone=self._zone, days=availability.hours.days
            )
            first = local_date(window[0], self._zone)
            last = local_date(window[1] - timedelta(microseconds=1), self._zone)
            known = *window, max(first, self._first), min(last, self._last)
            self._windows[key] = known
        return known

    def _grids_from(
        self, hours: Hours, first: date, last: date, further: int
    ) -> Iterator[tuple[date | None, Grid]]:
        """The grids on the days `first` to `last`, and those before in the same piece."""
        for piece in count((first - self._first).days // PIECE):
            if self._first + timedelta(days=piece * PIECE) > last:
                return
            yield from self._piece(hours, piece, further)

    def _piece(self, hours: Hours, piece: int, further: int) -> list[tuple[date | None, Grid]]:
        """The grids that begin in one piece of the days; slots may reach `further` days on.

        With each goes the day of all its instants; None where the clocks change within it.
        """
        key = id(hours), piece, further
        known = self._grids.get(key)
        if known is None:
            begin = self._first + timedelta(days=piece * PIECE)
            ends = min(self._last, begin + timedelta(days=PIECE - 1))
            opened = openings(hours, begin, ends + timedelta(days=1 + further), self._zone)
            grids = [
                (day, grid)
                for day, grid in _dated(opened, self._zone)
                if (day or local_date(grid[0], self._zone)) <= ends
            ]
            known = self._grids[key] = hours, grids
        return known[1]


def _dated(opened: Iterable[Interval], zone: ZoneInfo) -> Iterator[tuple[date | None, Grid]]:
    """The grids of openings in normal form, each with the day of all its instants."""
    for opening in opened:
        day = only_date(*opening, zone)
        if day is not None:
            yield day, (*opening, opening[1])
            continue
        for grid in grids_of([opening], midnights([opening], zone)):
            yield only_date(*grid[:2], zone), grid
