"""What a coordinator does by hand, and how a search goes on from there; rules of whole quarters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from unittest.mock import patch

from booking.availability.engine.limits import Caps, DaySpan, Limits
from booking.availability.engine.travel import Place
from booking.season_plans.engine import search as searching
from booking.season_plans.engine.cap_counts import CapCounts
from booking.season_plans.engine.greedy import assign_in_turn
from booking.season_plans.engine.instants import LocalDays
from booking.season_plans.engine.model import Limits as SolverLimits
from booking.season_plans.engine.model import Model, Solution
from booking.season_plans.engine.neighbourhoods import Neighbourhoods
from booking.season_plans.engine.options import Options
from booking.season_plans.engine.partial_plan import Option, PartialPlan
from booking.season_plans.engine.plan import Effort
from booking.season_plans.engine.task import Exclusion, Pin, Task
from tests.season_plans import checker
from tests.season_plans.seasons import (
    MONDAY,
    TUESDAY,
    at,
    busy_season,
    by,
    held,
    instructor,
    need,
    on,
    season,
    small_season,
)


def in_turn(task: Task) -> dict[int, tuple[int, datetime]]:
    """Instructor and start by need, of the plan that first come, first served makes."""
    days = LocalDays(task.zone)
    plan = PartialPlan(task, days)
    assign_in_turn(plan, Options(task, days, PartialPlan(task, days)))
    return {one.need_id: (one.instructor_id, one.start) for one in plan.plan().assignments}


def test_who_came_first_gets_the_earliest_time() -> None:
    needs = [need(number, by(1), on(MONDAY, TUESDAY)) for number in (1, 2, 3)]
    assert in_turn(season(needs, instructor())) == {
        1: (1, at(MONDAY, 8, 30)),
        2: (1, at(MONDAY, 10)),
        3: (1, at(TUESDAY, 8, 30)),
    }


def test_whoever_is_free_earlier_is_asked() -> None:
    later = instructor(1, booked=(held(MONDAY, 8, 30, 60),))
    for people in ((later, instructor(2)), (instructor(2), later)):
        task = season([need(1, by(1, 2))], *people)
        assert in_turn(task) == {1: (2, at(MONDAY, 8, 30))}


def test_a_window_ends_before_its_end() -> None:
    busy = instructor(1, booked=(held(MONDAY, 8, 30, 90),))
    for end, found in ((at(MONDAY, 10), {}), (at(MONDAY, 10, 1), {1: (1, at(MONDAY, 10))})):
        assert in_turn(season([need(1, by(1), ((at(MONDAY, 8, 30), end),))], busy)) == found


def test_of_those_who_are_free_then_the_nearest_and_of_equals_who_has_less() -> None:
    far, near = instructor(1, "990202"), instructor(2)
    assert in_turn(season([need(1, by(1, 2))], far, near)) == {1: (2, at(MONDAY, 8, 30))}
    busy = instructor(1, booked=(held(TUESDAY, 8, 30, 60),))
    two = season([need(1, by(1, 2), on(MONDAY, TUESDAY))], busy, near)
    assert in_turn(two) == {1: (2, at(MONDAY, 8, 30))}


def test_a_day_that_is_left_out_is_left_out_for_its_need_only() -> None:
    task = season([need(1, by(1), on(MONDAY, TUESDAY)), need(2, by(1))], instructor())
    task = replace(task, exclusions=(Exclusion(1, 1, day=MONDAY),))
    assert in_turn(task) == {1: (1, at(TUESDAY, 8, 30)), 2: (1, at(MONDAY, 8, 30))}


def test_a_topic_is_planned_on_its_days_only() -> None:
    from_tuesday = replace(by(1)[0], days=DaySpan(TUESDAY))
    until_monday = replace(by(1)[0], days=DaySpan(None, MONDAY))
    needs = [need(1, [from_tuesday], on(MONDAY, TUESDAY)), need(2, [until_monday], on(TUESDAY))]
    assert in_turn(season(needs, instructor())) == {1: (1, at(TUESDAY, 8, 30))}


def test_terms_and_suspensions_close_days() -> None:
    for limits in (
        Limits(terms=(DaySpan(TUESDAY),)),
        Limits(suspensions=(DaySpan(MONDAY, MONDAY),)),
    ):
        one = instructor()
        closed = replace(one, availability=replace(one.availability, limits=limits))
        task = season([need(1, by(1), on(MONDAY, TUESDAY))], closed)
        assert in_turn(task) == {1: (1, at(TUESDAY, 8, 30))}


def test_nothing_is_planned_outside_the_days_of_the_task() -> None:
    days = on(MONDAY - timedelta(days=3), MONDAY, TUESDAY)
    task = season([need(number, by(1), days) for number in range(3)], instructor())
    only = replace(task, first=MONDAY, last=MONDAY)
    assert in_turn(only) == {0: (1, at(MONDAY, 8, 30)), 1: (1, at(MONDAY, 10))}


def test_the_cap_of_a_branch_is_of_a_quarter() -> None:
    caps = CapCounts(Caps(branch_quarter=1))
    caps.change(date(2026, 10, 1).toordinal(), 7, 1)
    days = {
        date(2026, 9, 30): True,
        date(2026, 10, 31): False,
        date(2026, 12, 31): False,
        date(2027, 1, 1): True,
    }
    assert {day: caps.fit(day.toordinal(), 7) for day in days} == days
    assert caps.fit(date(2026, 10, 2).toordinal(), 8)


class Worse(Model):
    """A solver that meets none of the needs that were freed."""

    def solve(self, start: Mapping[int, Option], limits: SolverLimits) -> Solution | None:
        """No assignment at all."""
        return Solution({}, False, float(len(start)))


def test_a_round_that_makes_the_plan_worse_is_not_kept() -> None:
    task, ticks = small_season(), count()
    with patch.multiple(searching, WHOLE_COST=0, WHOLE_MET=0, SMALLEST=2, Model=Worse):
        found = searching.search(task, Effort(2, workers=1), lambda: 0.1 * next(ticks))
    assert found.rounds > 0
    assert found.plan.measure <= found.greedy
    assert checker.problems(task, found.plan) == []


def test_of_two_pins_that_exclude_each_other_the_first_is_kept() -> None:
    ticks = count()
    task = season([need(1, by(1)), need(2, by(1))], instructor())
    task = replace(task, pins=(Pin(1, 1, at(MONDAY, 9)), Pin(2, 1, at(MONDAY, 9, 30))))
    found = searching.search(task, Effort(2, workers=1), lambda: 0.1 * next(ticks))
    assert [(one.need_id, one.start) for one in found.plan.assignments] == [(1, at(MONDAY, 9))]
    assert checker.problems(task, found.plan) == []


def test_a_neighbourhood_has_needs_that_compete() -> None:
    """Of those freed together each shares an instructor on a day with another one."""
    task = busy_season()
    apart = Place("990202", "学校")
    alone = [replace(need(number, by(99), on(MONDAY)), place=apart) for number in range(1000, 1020)]
    task = replace(
        task, needs=(*task.needs[:60], *alone), instructors=(*task.instructors, instructor(99))
    )
    days = LocalDays(task.zone)
    plan = PartialPlan(task, days)
    rounds = Neighbourhoods(plan, Options(task, days, PartialPlan(task, days)), seed=3)
    for _number in range(20):
        freed = rounds.draw(12)
        assert len(set(freed)) == 12
        assert len({need >= 60 for need in freed}) == 1
