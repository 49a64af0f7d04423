"""Cut open time, minus busy time, into slots on a grid.

The page that lists slots and the service that checks a booking request call the same function, so
that every slot offered is also accepted. All intervals are half-open, aware and in UTC; the gaps
that a lecture needs (buffer, travel) are already part of ``busy``.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from booking.availability.engine.intervals import Interval, union

Grid = tuple[datetime, datetime, datetime]
"""One segment ``[begin, end)`` of a grid, with the end of the opening that contains it."""


@dataclass(frozen=True, slots=True)
class SlotRules:
    """Slots of ``minutes``, with a start every ``step`` minutes. Both positive."""

    minutes: int
    step: int = 30

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.step <= 0:
            raise ValueError("a slot has a length and a step of at least one minute")


def free_slots(
    openings: Sequence[Interval],
    busy: Sequence[Interval],
    *,
    minutes: int,
    step: int,
    not_before: datetime,
    not_after: datetime,
    anew: Sequence[datetime] = (),
) -> list[Interval]:
    """Every slot ``[s, s + minutes)`` that can be booked, sorted; slots may overlap each other.

    ``s`` is the start of a (merged) opening, or the last instant of ``anew`` (sorted) within it,
    plus a whole number of steps; the slot lies wholly in that opening and in
    ``[not_before, not_after)`` and overlaps nothing in ``busy``, which may be unsorted and overlap
    itself. So busy times do not shift the grid. Raises ``ValueError`` unless ``minutes`` and
    ``step`` are positive. One sweep over both, after sorting them.
    """
    rules = SlotRules(minutes, step)
    grids = list(grids_of(openings, anew))
    return list(each_free(grids, union(busy), rules, not_before=not_before, not_after=not_after))


def each_free(
    grids: Sequence[Grid],
    taken: Sequence[Interval],
    rules: SlotRules,
    *,
    not_before: datetime,
    not_after: datetime,
) -> Iterator[Interval]:
    """The slots of `free_slots` one at a time, for callers that need only the first few.

    `grids` come from `grids_of`, and `taken` is in normal form.
    """
    length, stride = timedelta(minutes=rules.minutes), timedelta(minutes=rules.step)
    next_busy = 0
    for grid, grid_end, opening_end in grids:
        if grid_end <= not_before:
            continue
        latest_end = min(opening_end, not_after)
        start = _on_grid(grid, not_before, stride)
        while start < grid_end and (end := start + length) <= latest_end:
            while next_busy < len(taken) and taken[next_busy][1] <= start:
                next_busy += 1
            if next_busy < len(taken) and taken[next_busy][0] < end:
                start = _on_grid(grid, taken[next_busy][1], stride)
            else:
                yield start, end
                start += stride


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


def grids_of(openings: Iterable[Interval], anew: Sequence[datetime] = ()) -> Iterator[Grid]:
    """The grid segments of openings; grids restart at the sorted instants of ``anew``."""
    for start, end in union(openings):
        inside = anew[bisect_right(anew, start) : bisect_left(anew, end)]
        for begin, until in pairwise([start, *inside, end]):
            yield begin, until, end


def _on_grid(grid: datetime, earliest: datetime, stride: timedelta) -> datetime:
    """The first of ``grid``, ``grid + stride``, ... that is not before ``earliest``."""
    if earliest <= grid:
        return grid
    return grid - (grid - earliest) // stride * stride
