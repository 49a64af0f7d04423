"""A lower bound of the travel of a season plan, independent of the search.

Each need pays at least its share of the cheapest visit: the minutes of each node (city, county or
place, `season_plans/engine/travel_nodes.py`), divided by the number of needs that could share it on
that day, or by the number of lectures for which the instructor has time, if that is smaller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from booking.season_plans.engine.instants import LocalDays
from booking.season_plans.engine.options import Options, Visit
from booking.season_plans.engine.partial_plan import PartialPlan
from booking.season_plans.engine.task import Task

Meeting = tuple[int, int]


def least_travel(task: Task, met: int) -> int:
    """Minutes that no plan which meets `met` needs falls below."""
    days = LocalDays(task.zone)
    plan = PartialPlan(task, days)
    options = Options(task, days, plan)
    visits = [list(_possible(plan, options, need)) for need in range(len(task.needs))]
    most = _most_lectures(visits)
    users: defaultdict[tuple[Meeting, object], int] = defaultdict(int)
    for need, possible in enumerate(visits):
        meetings = {(visit.instructor, visit.day) for visit in possible}
        for meeting in meetings:
            for node, _minutes in plan.instructors[meeting[0]].unreached(
                plan.nodes[need], meeting[1]
            ):
                users[meeting, node] += 1
    shares = sorted(
        min(_share(plan, need, visit, users, most) for visit in possible)
        for need, possible in enumerate(visits)
        if possible
    )
    return int(sum(shares[:met]))


def _possible(plan: PartialPlan, options: Options, need: int) -> Iterator[Visit]:
    for visit in options.all_visits(need):
        if any(plan.fits(option) for option in options.of_visit(need, visit)):
            yield visit


def _most_lectures(visits: list[list[Visit]]) -> dict[Meeting, int]:
    """How many lectures of the shortest length fit into the offered time of an instructor's day."""
    shortest: dict[Meeting, int] = {}
    spans: defaultdict[Meeting, set[tuple[int, int]]] = defaultdict(set)
    for possible in visits:
        for visit in possible:
            meeting = visit.instructor, visit.day
            shortest[meeting] = min(shortest.get(meeting, visit.seconds), visit.seconds)
            for start in visit.starts[visit.low : visit.high]:
                spans[meeting].add((start, start + visit.seconds))
    return {meeting: max(1, _covered(spans[meeting]) // shortest[meeting]) for meeting in spans}


def _covered(spans: set[tuple[int, int]]) -> int:
    covered = until = 0
    for start, end in sorted(spans):
        covered += max(0, end - max(start, until))
        until = max(until, end)
    return covered


def _share(
    plan: PartialPlan,
    need: int,
    visit: Visit,
    users: dict[tuple[Meeting, object], int],
    most: dict[Meeting, int],
) -> float:
    meeting = visit.instructor, visit.day
    unreached = plan.instructors[visit.instructor].unreached(plan.nodes[need], visit.day)
    return sum(minutes / min(users[meeting, node], most[meeting]) for node, minutes in unreached)
