"""Whether a time is free beside the lectures of an instructor, against the plainest definition."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.limits import EVERY_DAY
from booking.availability.engine.offers import Booked, BookingRules
from booking.availability.engine.travel import Place
from booking.season_plans.engine.instants import LocalDays, to_second
from booking.season_plans.engine.partial_plan import InstructorDays
from tests.season_plans import checker
from tests.season_plans.cases import PLACES
from tests.season_plans.seasons import MONDAY, ZONE, at, instructor

QUARTERS = st.integers(0, 95)
LENGTHS = st.sampled_from([60, 90, 240, 480])
LECTURES = st.lists(st.tuples(QUARTERS, LENGTHS, st.sampled_from(PLACES)), max_size=4)


@given(LECTURES, QUARTERS, LENGTHS, st.sampled_from(PLACES), st.sampled_from([0, 30, 240]))
def test_free_is_far_enough_from_every_lecture(
    lectures: list[tuple[int, int, Place | None]],
    quarter: int,
    minutes: int,
    place: Place | None,
    buffer: int,
) -> None:
    midnight = at(MONDAY, 0)
    booked = tuple(
        Booked(begin, begin + timedelta(minutes=length), where, 1, lecture_id=number)
        for number, (start, length, where) in enumerate(lectures)
        for begin in [midnight + timedelta(minutes=15 * start)]
    )
    one = instructor(booked=booked)
    rules = BookingRules(buffer_minutes=buffer)
    one = replace(one, availability=replace(one.availability, rules=rules))
    begin = midnight + timedelta(minutes=15 * quarter)
    end = begin + timedelta(minutes=minutes)
    wanted = all(
        begin >= other.end + gap or end + gap <= other.start
        for other in booked
        for gap in [timedelta(minutes=max(buffer, checker.way(place, other.place)))]
    )
    days = InstructorDays(one, LocalDays(ZONE), EVERY_DAY)
    assert days.is_free(to_second(begin), to_second(end), place) == wanted
