"""A lower bound of the travel of a season plan, independent of the search, with its proof.

Each need has a price. For one instructor on one day, no set of needs is worth more than the best
one: its prices less its travel (`season_plans/engine/travel_nodes.py`), with no more lectures than
the offered time has room for. So the travel of a plan is at least the prices of the needs it meets,
less what the best sets of all days are worth: a Lagrangian bound, valid for any prices. Rules that
would only make it higher are left out: caps, and the times of a day.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.season_prices import Meeting, Visitable, prices_of_shares, prices_of_solver
from booking.season_plans.engine.instants import LocalDays
from booking.season_plans.engine.options import Options, Visit
from booking.season_plans.engine.partial_plan import PartialPlan
from booking.season_plans.engine.task import Task
from booking.season_plans.engine.travel_nodes import Nodes

LARGEST = 300_000
"""Up to so many needs with an instructor and a day, the prices come from a solver."""


class _Branch(NamedTuple):
    """Needs of one instructor's day that have a part of the way in common."""

    prices: list[float]
    """Of the needs that lie at the end of this part."""
    further: dict[object, tuple[int, _Branch]]
    """The next parts, by their node, with their minutes."""


def least_travel(task: Task, met: int) -> int:
    """Minutes that no plan which meets `met` needs falls below."""
    visitable, rooms = _visitable(task)
    prices = prices_of_shares(visitable, rooms)
    proven = _proven(visitable, rooms, prices, met)
    if visitable and len(visitable) <= LARGEST:
        prices = prices_of_solver(visitable, rooms, met)
        proven = max(proven, _proven(visitable, rooms, prices, met))
    # Ways are whole minutes; sums of prices are not exact.
    return math.ceil(proven - 0.01)


def _visitable(task: Task) -> tuple[list[Visitable], dict[Meeting, int]]:
    """Each need with each instructor and day, and for how many lectures each day has room."""
    days = LocalDays(task.zone)
    plan = PartialPlan(task, days)
    options = Options(task, days, plan)
    visits = [list(_possible(plan, options, need)) for need in range(len(task.needs))]
    visitable = [
        Visitable(need, meeting, _way(plan, need, meeting))
        for need, possible in enumerate(visits)
        for meeting in sorted({(visit.instructor, visit.day) for visit in possible})
    ]
    return visitable, _most_lectures(visits)


def _way(plan: PartialPlan, need: int, meeting: Meeting) -> Nodes:
    return tuple(plan.instructors[meeting[0]].unreached(plan.nodes[need], meeting[1]))


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


def _proven(
    visitable: Sequence[Visitable], rooms: dict[Meeting, int], prices: dict[int, float], met: int
) -> float:
    """The bound by these prices. Of the needs that are not met, the dearest are left out."""
    days: dict[Meeting, _Branch] = {}
    for one in visitable:
        branch = days.setdefault(one.meeting, _Branch([], {}))
        for node, minutes in one.way:
            branch = branch.further.setdefault(node, (minutes, _Branch([], {})))[1]
        branch.prices.append(prices[one.need])
    worth = sum(_worth(branch, rooms[meeting])[-1] for meeting, branch in days.items())
    return sum(sorted(prices.values())[:met]) - worth


def _worth(branch: _Branch, room: int) -> list[float]:
    """The most that 0, 1, ... up to `room` needs of a branch are worth, the way to it apart."""
    worth = [0.0]
    for price in sorted(branch.prices, reverse=True)[:room]:
        worth.append(worth[-1] + max(0.0, price))
    for minutes, part in branch.further.values():
        beyond = [max(0.0, value - minutes) for value in _worth(part, room)]
        worth = _together(worth, beyond, room)
    return worth


def _together(some: list[float], others: list[float], room: int) -> list[float]:
    """The most for each number of needs from two parts."""
    most = min(room, len(some) + len(others) - 2)
    return [
        max(
            some[number - of_others] + others[of_others]
            for of_others in range(max(0, number - len(some) + 1), min(number + 1, len(others)))
        )
        for number in range(most + 1)
    ]
