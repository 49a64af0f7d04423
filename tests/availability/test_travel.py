"""The way between two lectures (domain rule 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.travel import Place, gap_minutes, travel_minutes

HALL = Place("990102", "文化馆")
PLACES = [
    None,
    HALL,
    Place("990102", "学校"),
    Place("990102"),
    Place("990121", "文化馆"),
    Place("990100", "文化馆"),
    Place("990202", "文化馆"),
    Place("990000", "文化馆"),
]
places = st.sampled_from(PLACES)


@pytest.mark.parametrize(
    ("one", "other", "minutes"),
    [
        (HALL, Place("990102", "文化馆"), 0),
        (HALL, None, 0),
        (None, None, 0),
        (HALL, Place("990102", "学校"), 30),
        (HALL, Place("990102"), 30),
        (Place("990102"), Place("990102"), 30),  # Somewhere, and somewhere else.
        (HALL, Place("990121", "文化馆"), 60),  # Of the same name in another county.
        (HALL, Place("990100", "礼堂"), 60),
        (Place("990100"), Place("990100"), 60),
        (Place("990100", "礼堂"), Place("990100", "礼堂"), 0),
        (HALL, Place("990202", "文化馆"), 180),
        (Place("990100"), Place("990200"), 180),
        (HALL, Place("990000", "礼堂"), 180),
        (Place("990000"), Place("990000"), 180),
        (Place("990000", "礼堂"), Place("990000", "礼堂"), 0),
        (Place("110101"), Place("120101"), 180),
    ],
)
def test_the_way(one: Place | None, other: Place | None, minutes: int) -> None:
    assert (travel_minutes(one, other), travel_minutes(other, one)) == (minutes, minutes)


@pytest.mark.parametrize(("buffer", "gap"), [(0, 60), (59, 60), (60, 60), (61, 61), (240, 240)])
def test_way_and_buffer_are_not_summed(buffer: int, gap: int) -> None:
    assert gap_minutes(HALL, Place("990121"), buffer) == gap


def test_a_buffer_also_separates_lectures_online_and_in_one_place() -> None:
    assert [gap_minutes(HALL, other, 15) for other in (None, HALL)] == [15, 15]


@given(places, places, st.integers(0, 300))
def test_the_gap_is_the_same_both_ways_and_never_below_the_buffer(
    one: Place | None, other: Place | None, buffer: int
) -> None:
    gap = gap_minutes(one, other, buffer)

    assert gap == gap_minutes(other, one, buffer)
    assert gap in {buffer, 30, 60, 180}
    assert gap >= buffer
