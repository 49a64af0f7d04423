"""The set algebra, against sets of points."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.intervals import overlaps, subtract, union

T0 = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

pairs = st.tuples(st.integers(0, 30), st.integers(0, 30))
many = st.lists(pairs, max_size=8)


def at(*hours: tuple[int, int]) -> list[tuple[datetime, datetime]]:
    return [(T0 + start * HOUR, T0 + end * HOUR) for start, end in hours]


def points(intervals: list[tuple[int, int]]) -> set[int]:
    return {point for start, end in intervals for point in range(start, end)}


def normal_form(chosen: set[int]) -> list[tuple[int, int]]:
    starts = [point for point in sorted(chosen) if point - 1 not in chosen]
    ends = [point + 1 for point in sorted(chosen) if point + 1 not in chosen]
    return list(zip(starts, ends, strict=True))


@given(many)
def test_union_is_the_union_of_points_in_normal_form(a: list[tuple[int, int]]) -> None:
    assert union(a) == normal_form(points(a))


@given(many, many)
def test_subtract_removes_points(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    assert subtract(a, b) == normal_form(points(a) - points(b))


@given(pairs, pairs)
def test_overlaps_means_a_shared_point(a: tuple[int, int], b: tuple[int, int]) -> None:
    assert overlaps(a, b) == bool(points([a]) & points([b]))


def test_union_merges_what_touches_and_drops_what_is_empty_or_reversed() -> None:
    assert union(at((5, 6), (1, 2), (2, 3), (4, 4), (9, 8))) == at((1, 3), (5, 6))


def test_one_hole_can_cut_several_intervals() -> None:
    assert subtract(at((1, 4), (5, 8)), at((3, 6))) == at((1, 3), (6, 8))


def test_several_holes_can_cut_one_interval() -> None:
    assert subtract(at((0, 10)), at((8, 12), (2, 3), (3, 4))) == at((0, 2), (4, 8))


def test_lectures_that_touch_do_not_overlap() -> None:
    morning, noon = at((1, 3), (3, 5))
    assert overlaps(morning, noon) is False
