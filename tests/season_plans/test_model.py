"""What the exact model prefers, without a plan to start with."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from booking.availability.engine.intervals import Interval
from booking.availability.engine.travel import Place
from booking.season_plans.engine.instants import LocalDays, from_second
from booking.season_plans.engine.model import Limits, Model
from booking.season_plans.engine.options import Options
from booking.season_plans.engine.partial_plan import PartialPlan
from booking.season_plans.engine.task import Exclusion, Task
from tests.season_plans.seasons import MONDAY, TUESDAY, at, by, held, instructor, need, season


def chosen(task: Task) -> dict[int, tuple[int, datetime]]:
    """Instructor and start by need, as the model solves a task."""
    days = LocalDays(task.zone)
    plan = PartialPlan(task, days)
    options = Options(task, days, plan)
    listed = [
        option
        for number in range(len(task.needs))
        for visit in options.all_visits(number)
        for option in options.of_visit(number, visit)
        if plan.fits(option)
    ]
    model = Model(plan, listed)
    model.minimise_all()
    solution = model.solve({}, Limits(seconds=10, workers=1, seed=1))
    assert solution is not None
    assert solution.optimal
    return {
        task.needs[number].id: (task.instructors[one.instructor].id, from_second(one.start))
        for number, one in solution.chosen.items()
    }


def begin(day: date, hour: int, minute: int = 0) -> Interval:
    """A window in which only one start lies."""
    return at(day, hour, minute), at(day, hour, minute) + timedelta(minutes=1)


@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
def test_two_lectures_of_a_far_place_are_one_journey(day: date) -> None:
    either = begin(MONDAY, 8, 30), begin(TUESDAY, 8, 30)
    needs = need(1, by(1), either), need(2, by(1), (begin(day, 10),))
    far = Place("990202", "文化馆")
    task = season([replace(one, place=far) for one in needs], instructor())
    assert chosen(task) == {1: (1, at(day, 8, 30)), 2: (1, at(day, 10))}


def test_who_has_fewer_lectures_gets_more() -> None:
    busy = instructor(1, booked=(held(TUESDAY, 8, 30, 60, 1), held(TUESDAY, 10, 0, 60, 2)))
    days = (begin(MONDAY, 8, 30), begin(TUESDAY, 11))
    task = season([need(1, by(1, 2), days), need(2, by(1, 2), (begin(MONDAY, 10),))],
                  busy, instructor(2))  # fmt: skip
    assert {who for who, _start in chosen(task).values()} == {2}


def test_the_same_lectures_are_spread_evenly() -> None:
    days = [MONDAY + timedelta(days=number) for number in range(3)]
    starts = [begin(day, hour, minute) for day in days for hour, minute in ((8, 30), (10, 0))]
    needs = [need(number, by(1, 2, 3), (start,)) for number, start in enumerate(starts)]
    found = chosen(season(needs, *(instructor(number) for number in (1, 2, 3))))
    assert Counter(who for who, _start in found.values()) == {1: 2, 2: 2, 3: 2}


@pytest.mark.parametrize(("hour", "minute", "met"), [(10, 0, 1), (10, 30, 2)])
def test_between_two_places_there_is_time_to_travel(hour: int, minute: int, met: int) -> None:
    """From one county of a city to another it takes an hour, which is longer than the buffer."""
    first = need(1, by(1, minutes=60), (begin(MONDAY, 8, 30),))
    second = need(2, by(1, minutes=60), (begin(MONDAY, hour, minute),))
    task = season([first, replace(second, place=Place("990121", "学校"))], instructor())
    assert len(chosen(task)) == met


@pytest.mark.parametrize(("excluded", "left"), [((8, 30), (9, 0)), ((9, 0), (8, 30))])
def test_an_excluded_start_is_not_chosen(excluded: tuple[int, int], left: tuple[int, int]) -> None:
    task = season([need(1, by(1), (begin(MONDAY, 8, 30), begin(MONDAY, 9)))], instructor())
    task = replace(task, exclusions=(Exclusion(1, 1, at(MONDAY, *excluded)),))
    assert chosen(task) == {1: (1, at(MONDAY, *left))}
