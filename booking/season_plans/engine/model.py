"""The exact model of a part of a season plan, solved by CP-SAT of OR-Tools.

Imported in the child process only: OR-Tools loads numpy and pandas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from booking.season_plans.engine.cap_counts import CapKey
from booking.season_plans.engine.conflicts import cliques
from booking.season_plans.engine.partial_plan import Option, PartialPlan
from booking.season_plans.engine.travel_nodes import UNIT, Node


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to search, on how many threads, from which random seed."""

    seconds: float
    workers: int
    seed: int
    gap: float = 0.0
    """A solution is good enough if none can be better by more than this."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen options by need, and what is known about all others."""

    chosen: Mapping[int, Option]
    optimal: bool
    bound: float
    """No solution has a better objective."""


class Model:
    """The options of some needs beside a plan that is fixed; the fixed plan holds none of them."""

    def __init__(self, plan: PartialPlan, options: Iterable[Option]) -> None:
        self._plan = plan
        self._model = cp_model.CpModel()
        self._options: list[Option] = []
        self._held: list[cp_model.IntVar] = []
        self._by_instructor: defaultdict[int, list[int]] = defaultdict(list)
        self._by_need: defaultdict[int, list[int]] = defaultdict(list)
        for option in sorted(options, key=lambda one: one.start):
            index = len(self._options)
            self._options.append(option)
            self._held.append(self._model.new_bool_var(""))
            self._by_instructor[option.instructor].append(index)
            self._by_need[option.need].append(index)
        for held in self._by_need.values():
            self._model.add_at_most_one(self._held[one] for one in held)
        self.met = cp_model.LinearExpr.sum(self._held)
        self._keep_rules()
        self.travel, self._most_travel = self._travel()
        self.load, self._most_load = self._load()

    @property
    def travel_weight(self) -> int:
        """How much a unit of travel weighs, so that no gain of even load outweighs it."""
        return self._most_load + 1

    @property
    def cost(self) -> cp_model.LinearExprT:
        """Travel, then even load, as one number."""
        return cp_model.LinearExpr.weighted_sum([self.travel, self.load], [self.travel_weight, 1])

    @property
    def unmet_weight(self) -> int:
        """How much an unmet need weighs, so that no travel outweighs it."""
        return self.travel_weight * (self._most_travel + 1)

    def maximise_met(self) -> None:
        """Ask for as many needs as possible, and nothing else."""
        self._model.maximize(self.met)

    def minimise_cost(self, *, met: int) -> None:
        """Ask for the least cost with at least so many needs."""
        self._model.add_linear_constraint(self.met, met, len(self._by_need))
        self._model.minimize(self.cost)

    def minimise_all(self) -> None:
        """Ask for as many needs as possible, then for the least cost."""
        weights = [1, -self.unmet_weight]
        self._model.minimize(cp_model.LinearExpr.weighted_sum([self.cost, self.met], weights))

    def solve(self, start: Mapping[int, Option], limits: Limits) -> Solution | None:
        """The best solution found, from the one to start with; None if there is none."""
        self._hint(start)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, limits.seconds)
        solver.parameters.num_workers = limits.workers
        solver.parameters.random_seed = limits.seed
        solver.parameters.absolute_gap_limit = limits.gap
        status = solver.solve(self._model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        chosen = {
            option.need: option
            for option, held in zip(self._options, self._held, strict=True)
            if solver.boolean_value(held)
        }
        return Solution(chosen, status == cp_model.OPTIMAL, solver.best_objective_bound)

    def _hint(self, start: Mapping[int, Option]) -> None:
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        for option, held in zip(self._options, self._held, strict=True):
            self._model.add_hint(held, start.get(option.need) == option)

    def _keep_rules(self) -> None:
        for number, held in self._by_instructor.items():
            instructor = self._plan.instructors[number]
            options = [self._options[one] for one in held]
            for clique in cliques(instructor, options, self._plan.needs):
                self._model.add_at_most_one(self._held[held[one]] for one in clique)
            if instructor.caps:
                self._keep_caps(number, held)

    def _keep_caps(self, number: int, held: Sequence[int]) -> None:
        caps = self._plan.instructors[number].caps
        counted: defaultdict[tuple[CapKey, int], list[int]] = defaultdict(list)
        for one in held:
            option = self._options[one]
            organisation = self._plan.needs[option.need].organisation_id
            for span in caps.spans(option.day, organisation):
                counted[span].append(one)
        for (key, most), options in counted.items():
            total = cp_model.LinearExpr.sum([self._held[one] for one in options])
            self._model.add_linear_constraint(total, 0, max(0, caps.left(key, most)))

    def _travel(self) -> tuple[cp_model.LinearExprT, int]:
        """The travel in units, and its upper bound: what each need must reach on a day."""
        reach: dict[tuple[int, int, Node], cp_model.IntVar] = {}
        units: list[int] = []
        needed: defaultdict[tuple[int, tuple[int, int, Node]], list[int]] = defaultdict(list)
        for index, option in enumerate(self._options):
            instructor = self._plan.instructors[option.instructor]
            for node, minutes in instructor.unreached(self._plan.nodes[option.need], option.day):
                key = option.instructor, option.day, node
                if key not in reach:
                    reach[key] = self._model.new_bool_var("")
                    units.append(minutes // UNIT)
                needed[option.need, key].append(index)
        for (_need, key), indexes in needed.items():
            held = [self._held[one] for one in indexes]
            if len(held) == 1:
                self._model.add_implication(held[0], reach[key])
            else:
                # At most one of them holds: each need once.
                total = cp_model.LinearExpr.sum(held)
                self._model.add_linear_constraint(total - reach[key], -1, 0)
        travel = cp_model.LinearExpr.weighted_sum(list(reach.values()), units)
        return travel, min(sum(units), 6 * len(self._by_need))

    def _load(self) -> tuple[cp_model.LinearExprT, int]:
        """What the lectures add to the sum of squares, and its upper bound."""
        steps: list[cp_model.IntVar] = []
        costs: list[int] = []
        most = 0
        for number, held in self._by_instructor.items():
            before = self._plan.instructors[number].count
            count = len({self._options[one].need for one in held})
            levels = [self._model.new_bool_var("") for _ in range(count)]
            total = cp_model.LinearExpr.sum([self._held[one] for one in held])
            self._model.add_linear_constraint(total - cp_model.LinearExpr.sum(levels), 0, 0)
            steps += levels
            costs += [2 * (before + level) + 1 for level in range(count)]
            most = max(most, 2 * (before + count) + 1)
        return cp_model.LinearExpr.weighted_sum(steps, costs), most * len(self._by_need)
