"""Prices of needs, from which `season_bound` proves how little travel a season plan can have.

They say how the travel of a day is divided between the needs that share it. Any prices prove
something; those of the linear relaxation prove the most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from ortools.linear_solver.python import model_builder

from booking.season_plans.engine.travel_nodes import Node, Nodes

Meeting = tuple[int, int]
"""An instructor on a day."""

_PARAMETERS = (
    "termination_criteria { simple_optimality_criteria {"
    " eps_optimal_relative: 1e-4 eps_optimal_absolute: 1e-4 } } num_threads: 1"
)
_SECONDS = 300


class Visitable(NamedTuple):
    """A need that an instructor could meet on a day, and what must be reached for it."""

    need: int
    meeting: Meeting
    way: Nodes


def prices_of_shares(visitable: Sequence[Visitable], rooms: dict[Meeting, int]) -> dict[int, float]:
    """The share of each need in the cheapest journey, equal for all who could share it."""
    users: defaultdict[tuple[Meeting, object], int] = defaultdict(int)
    for one in visitable:
        for node, _minutes in one.way:
            users[one.meeting, node] += 1
    prices: dict[int, float] = {}
    for one in visitable:
        share = sum(
            minutes / min(users[one.meeting, node], rooms[one.meeting]) for node, minutes in one.way
        )
        prices[one.need] = min(share, prices.get(one.need, share))
    return prices


def prices_of_solver(
    visitable: Sequence[Visitable], rooms: dict[Meeting, int], met: int
) -> dict[int, float]:
    """The dual values of the needs in the linear relaxation, solved by PDLP of OR-Tools."""
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    held = [model.new_num_var(0, 1, "") for _ in visitable]
    each = _keep_met(model, visitable, held, met)
    _minimise_travel(model, visitable, held, rooms)
    solver = model_builder.Solver("PDLP")
    solver.set_solver_specific_parameters(_PARAMETERS)
    solver.set_time_limit_in_seconds(_SECONDS)
    solver.solve(model)
    return {need: solver.dual_value(constraint) for need, constraint in each.items()}


def _keep_met(
    model: model_builder.Model,
    visitable: Sequence[Visitable],
    held: Sequence[model_builder.Variable],
    met: int,
) -> dict[int, model_builder.LinearConstraint]:
    """Each need is held or not met, and `met` needs are held; returns the rows of the needs."""
    by_need: defaultdict[int, list[model_builder.Variable]] = defaultdict(list)
    for one, variable in zip(visitable, held, strict=True):
        by_need[one.need].append(variable)
    unmet = {need: model.new_num_var(0, 1, "") for need in by_need}
    model.add(_sum(list(unmet.values())) <= len(by_need) - met)
    return {need: model.add(_sum([*some, unmet[need]]) >= 1) for need, some in by_need.items()}


def _minimise_travel(
    model: model_builder.Model,
    visitable: Sequence[Visitable],
    held: Sequence[model_builder.Variable],
    rooms: dict[Meeting, int],
) -> None:
    """What is held must be reached; a day has room for so many, and what is reached counts."""
    by_meeting: defaultdict[Meeting, list[model_builder.Variable]] = defaultdict(list)
    by_node: defaultdict[tuple[Meeting, Node], list[model_builder.Variable]] = defaultdict(list)
    minutes_of: dict[tuple[Meeting, Node], float] = {}
    for one, variable in zip(visitable, held, strict=True):
        by_meeting[one.meeting].append(variable)
        for node, minutes in one.way:
            by_node[one.meeting, node].append(variable)
            minutes_of[one.meeting, node] = minutes
    for meeting, some in by_meeting.items():
        model.add(_sum(some) <= rooms[meeting])
    reached = {key: model.new_num_var(0, 1, "") for key in by_node}
    for key, some in by_node.items():
        for variable in some:
            model.add(_sum([variable], [reached[key]]) <= 0)
        model.add(_sum(some, [reached[key]] * rooms[key[0]]) <= 0)
    weights = [minutes_of[key] for key in reached]
    model.minimize(model_builder.LinearExpr.weighted_sum(list(reached.values()), weights))


def _sum(
    variables: Sequence[model_builder.Variable], less: Sequence[model_builder.Variable] = ()
) -> Any:
    """The sum of variables, less others."""
    weights = [1.0] * len(variables) + [-1.0] * len(less)
    return model_builder.LinearExpr.weighted_sum([*variables, *less], weights)
