"""Single assignments move to a shorter way, then to who has fewer lectures, and never otherwise."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from booking.season_plans.engine.instants import LocalDays, second_of
from booking.season_plans.engine.options import Options
from booking.season_plans.engine.partial_plan import PartialPlan
from booking.season_plans.engine.relocation import relocate
from booking.season_plans.engine.task import InstructorSchedule, Need
from tests.season_plans.seasons import (
    MONDAY,
    TUESDAY,
    at,
    by,
    held,
    instructor,
    need,
    on,
    season,
)

FULL = (held(MONDAY, 8, 30, 180),)
BOTH_DAYS = on(MONDAY, TUESDAY)


def moved(
    asked: Need,
    *people: InstructorSchedule,
    begin: tuple[int, datetime] | None,
    is_over: bool = False,
) -> tuple[int, datetime]:
    """Instructor and start of one need, which had an assignment before, or none."""
    task = season([asked], *people)
    days = LocalDays(task.zone)
    plan = PartialPlan(task, days)
    options = Options(task, days, PartialPlan(task, days))
    if begin is not None:
        option = options.of(0, begin[0], second_of(begin[1]))
        assert option is not None
        plan.add(option)
    before = plan.measure
    relocate(plan, options, [0], lambda: is_over)
    assert plan.measure <= before
    [found] = plan.plan().assignments
    return found.instructor_id, found.start


def test_a_shorter_way_is_taken_though_it_is_later() -> None:
    far, near = instructor(1, "990202"), instructor(2, booked=FULL)
    asked = need(1, by(1, 2), BOTH_DAYS)
    assert moved(asked, far, near, begin=(1, at(MONDAY, 8, 30))) == (2, at(TUESDAY, 8, 30))


@pytest.mark.parametrize(("busy", "idle"), [(1, 2), (2, 1)])
def test_of_equal_ways_who_has_fewer_lectures_is_taken(busy: int, idle: int) -> None:
    people = (instructor(busy, booked=FULL), instructor(idle))
    asked = need(1, by(1, 2), BOTH_DAYS)
    for before in ((busy, at(TUESDAY, 8, 30)), None):
        who, _start = moved(asked, *people, begin=before)
        assert who == idle


@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
def test_what_would_be_no_better_stays(day: date) -> None:
    asked = need(1, by(1, 2), BOTH_DAYS)
    stays = 2, at(day, 10)
    assert moved(asked, instructor(1), instructor(2), begin=stays) == stays


def test_nothing_moves_when_time_is_over() -> None:
    far, stays = instructor(1, "990202"), (1, at(MONDAY, 8, 30))
    asked = need(1, by(1, 2), BOTH_DAYS)
    assert moved(asked, far, instructor(2), begin=stays, is_over=True) == stays
