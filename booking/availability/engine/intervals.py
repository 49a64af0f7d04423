"""Set algebra on half-open intervals ``[start, end)``.

An interval is a pair of aware UTC datetimes. The same functions also take pairs of ints, which
``hours`` uses for minutes on the wall clock. Every function reads its arguments as *sets of
points*: their order, overlaps and duplicates do not matter, and an empty or reversed pair
(``end <= start``) contains nothing. Every list that comes back is in normal form: sorted,
disjoint, not touching, nothing empty.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

Interval = tuple[datetime, datetime]
"""Half-open ``[start, end)``, both aware and in UTC."""

Point = TypeVar("Point", int, datetime)


def union(intervals: Iterable[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
    """All points in any of ``intervals``, in normal form. O(n log n); O(n) if already sorted."""
    merged: list[tuple[Point, Point]] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if not merged or start > merged[-1][1]:
            merged.append((start, end))
        elif end > merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
    return merged


def subtract(
    base: Iterable[tuple[Point, Point]], holes: Iterable[tuple[Point, Point]]
) -> list[tuple[Point, Point]]:
    """The points of ``base`` that lie in none of ``holes``, in normal form."""
    cuts = union(holes)
    if not cuts:
        return union(base)
    left: list[tuple[Point, Point]] = []
    first = 0
    for start, end in union(base):
        while first < len(cuts) and cuts[first][1] <= start:
            first += 1
        rest = start
        # A hole that reaches beyond this interval stays first in line for the next one.
        for index in range(first, len(cuts)):
            hole_start, hole_end = cuts[index]
            if hole_start >= end:
                break
            if rest < hole_start:
                left.append((rest, hole_start))
            rest = hole_end
        if rest < end:
            left.append((rest, end))
    return left


def overlaps(a: tuple[Point, Point], b: tuple[Point, Point]) -> bool:
    """Whether two intervals share a point. Touching ones do not; an empty one overlaps nothing."""
    return max(a[0], b[0]) < min(a[1], b[1])
