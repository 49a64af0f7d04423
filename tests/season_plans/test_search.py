"""Season plans keep every rule and are never worse than the greedy one; tiny ones are the best."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.season_plans.engine import search as searching
from booking.season_plans.engine.plan import Effort, Progress
from booking.season_plans.engine.search import search
from booking.season_plans.engine.task import Task
from tests.extent import examples
from tests.season_plans import brute_force, checker
from tests.season_plans.cases import tasks

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def steps(of: float) -> Callable[[], float]:
    """A clock that goes on by so many seconds whenever it is looked at."""
    ticks = count()
    return lambda: of * next(ticks)


def searched(task: Task, clock: Callable[[], float], seconds: float = 5) -> list[Progress]:
    """All plans that a search reports, the last one at the end."""
    told: list[Progress] = []
    told.append(search(task, Effort(seconds, workers=1), clock, told.append))
    return told


def check(task: Task, told: list[Progress]) -> None:
    """Every plan that was told is valid and not worse than the one before."""
    for progress in told:
        assert checker.problems(task, progress.plan) == []
        assert progress.plan.measure <= progress.greedy == told[0].plan.measure
        assert len(progress.plan.assignments) <= progress.reachable
    measures = [progress.plan.measure for progress in told]
    assert measures == sorted(measures, reverse=True)


@given(tasks(most_needs=3, most_instructors=2))
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(200))
def test_a_tiny_season_gets_the_best_plan_of_all(task: Task) -> None:
    told = searched(task, steps(0.0))
    check(task, told)
    assert told[-1].optimal
    assert told[-1].plan.measure == brute_force.best(task)
    assert told[-1].reachable == len(task.needs) - told[-1].plan.measure.unmet


@given(tasks(most_needs=7), st.integers(1, 40))
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(300))
def test_a_search_that_is_stopped_has_a_valid_plan(task: Task, looks: int) -> None:
    check(task, searched(task, steps(1.0), seconds=looks))


@given(tasks(most_needs=7))
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(100))
def test_rounds_keep_every_rule(task: Task) -> None:
    with patch.multiple(searching, WHOLE_COST=0, WHOLE_MET=0, SMALLEST=2):
        check(task, searched(task, steps(0.1), seconds=2))


@given(tasks())
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(200))
def test_pins_are_kept_where_a_booking_would_accept_them(task: Task) -> None:
    for progress in searched(task, steps(1.0)):
        pinned = {pin.need_id for pin in task.pins}
        kept = [one for one in progress.plan.assignments if one.need_id in pinned]
        assert kept == brute_force.pins(task)
