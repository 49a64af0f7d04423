"""Cut openings, minus taken time, into slots on a grid. Pure.

All intervals are half-open, aware and in UTC; the gaps that a lecture needs (buffer, travel) are
already part of the taken time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.zones import local_date, local_instant, only_date

_DAY = timedelta(days=1)
_END = itemgetter(1)
_MICROSECOND = timedelta(microseconds=1)

Grid = tuple[datetime, datetime, datetime]
"""One segment ``[begin, end)`` of a grid, with the end of the opening that contains it."""

DatedGrid = tuple[date | None, Grid]
"""A grid with the local date of all its instants; None where the UTC offset changes within."""


@dataclass(frozen=True, slots=True)
class SlotRules:
    """Slots of ``minutes``, with a start every ``step`` minutes. Both positive."""

    minutes: int
    step: int = 30

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.step <= 0:
            raise ValueError("a slot has a length and a step of at least one minute")


def each_free(
    grids: Sequence[Grid],
    taken: Sequence[Interval],
    rules: SlotRules,
    *,
    not_before: datetime,
    not_after: datetime,
) -> Iterator[Interval]:
    """Each slot ``[s, s + minutes)`` that is free, sorted; slots may overlap each other.

    ``s`` is the begin of a grid of `grids_of`, plus a whole number of steps, and lies before its
    end; the slot lies wholly in the opening and in ``[not_before, not_after)`` and overlaps nothing
    in ``taken``, which is in normal form. So busy times do not shift the grid.
    """
    length, stride = timedelta(minutes=rules.minutes), timedelta(minutes=rules.step)
    for grid, grid_end, opening_end in grids:
        if grid_end <= not_before:
            continue
        latest_end = min(opening_end, not_after)
        start = _on_grid(grid, not_before, stride)
        next_busy = bisect_right(taken, start, key=_END)
        while start < grid_end and (end := start + length) <= latest_end:
            while next_busy < len(taken) and taken[next_busy][1] <= start:
                next_busy += 1
            if next_busy < len(taken) and taken[next_busy][0] < end:
                start = _on_grid(grid, taken[next_busy][1], stride)
            else:
                yield start, end
                start += stride


def grids_of(openings: Iterable[Interval], midnights: Sequence[datetime] = ()) -> Iterator[Grid]:
    """The grid segments of openings; grids restart at the sorted instants of ``midnights``."""
    for start, end in union(openings):
        inside = midnights[bisect_right(midnights, start) : bisect_left(midnights, end)]
        for begin, until in pairwise([start, *inside, end]):
            yield begin, until, end


def _on_grid(grid: datetime, earliest: datetime, stride: timedelta) -> datetime:
    """The first of ``grid``, ``grid + stride``, ... that is not before ``earliest``."""
    if earliest <= grid:
        return grid
    return grid - (grid - earliest) // stride * stride


def dated_grids(opened: Iterable[Interval], zone: ZoneInfo) -> Iterator[DatedGrid]:
    """The grids of openings in normal form, each with the local date of all its instants."""
    for opening in opened:
        day = only_date(*opening, zone)
        if day is not None:
            yield day, (*opening, opening[1])
            continue
        for grid in grids_of([opening], _midnights([opening], zone)):
            yield only_date(*grid[:2], zone), grid


def _midnights(opened: Sequence[Interval], zone: ZoneInfo) -> list[datetime]:
    """The midnights within sorted openings, sorted."""
    result = []
    for start, end in opened:
        day, last = local_date(start, zone), local_date(end - _MICROSECOND, zone)
        # Few openings cross midnight, and computing midnights is slow.
        while day < last:
            day += _DAY
            result.append(local_instant(day, 0, zone))
    return result
