"""Set algebra on half-open intervals ``[start, end)``.

An interval is a pair of aware UTC datetimes. The same functions also accept pairs of ints, which
``hours`` uses for minutes on the wall clock. Every function treats its arguments as *sets of
points*: their order, overlaps and duplicates do not matter, and an empty or reversed pair
(``end <= start``) contains nothing. Every returned list is in normal form: sorted, disjoint, not
touching, nothing empty.
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
    merged_holes = union(holes)
    if not merged_holes:
        return union(base)
    remaining: list[tuple[Point, Point]] = []
    next_hole = 0
    for start, end in union(base):
        while next_hole < len(merged_holes) and merged_holes[next_hole][1] <= start:
            next_hole += 1
        cursor = start
        # A hole that extends beyond this interval is examined again for the next one.
        for index in range(next_hole, len(merged_holes)):
            hole_start, hole_end = merged_holes[index]
            if hole_start >= end:
                break
            if cursor < hole_start:
                remaining.append((cursor, hole_start))
            cursor = hole_end
        if cursor < end:
            remaining.append((cursor, end))
    return remaining


def overlaps(a: tuple[Point, Point], b: tuple[Point, Point]) -> bool:
    """Whether two intervals share a point. Touching ones do not; an empty one overlaps none."""
    return max(a[0], b[0]) < min(a[1], b[1])
