"""The lower bound of the benchmark: never above the best plan, and exact where ways are shared."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from benchmarks.season_bound import least_travel
from booking.availability.engine.travel import Place
from booking.season_plans.engine.task import Task
from tests.extent import examples
from tests.season_plans import brute_force
from tests.season_plans.cases import tasks
from tests.season_plans.seasons import MONDAY, TUESDAY, by, instructor, need, on, season
from tests.season_plans.test_search import SLOW


@given(tasks(most_needs=3, most_instructors=2))
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(100))
def test_no_plan_travels_less(task: Task) -> None:
    free = replace(task, pins=(), exclusions=())
    best = brute_force.best(free)
    assert least_travel(free, len(free.needs) - best.unmet) <= best.travel_minutes


def test_a_journey_is_shared_by_no_more_than_a_morning_has_room_for() -> None:
    """Two needs in a far town share a morning; a third pays at least half of its own journey."""
    far = Place("990202", "文化馆")
    for count, minutes in ((1, 180), (2, 180), (3, 270)):
        needs = [
            replace(need(number, by(1), on(MONDAY, TUESDAY)), place=far) for number in range(count)
        ]
        assert least_travel(season(needs, instructor()), count) == minutes
