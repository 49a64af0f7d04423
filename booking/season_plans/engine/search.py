"""The search for the best season plan. Imported in the child process only, as `model` is. Pure.

It begins with first come, first served, moves single assignments, and then solves the model: as a
whole where it is small enough, otherwise in rounds that free some needs which compete for the same
people and solve these exactly, with all others fixed. A round is kept if its plan is better. So the
plan is never worse than first come, first served, and there is a valid one at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from booking.availability.engine.slots import why_not
from booking.season_plans.engine.greedy import assign_in_turn
from booking.season_plans.engine.instants import LocalDays, from_second, second_of
from booking.season_plans.engine.model import Limits, Model
from booking.season_plans.engine.neighbourhoods import Neighbourhoods
from booking.season_plans.engine.options import Options
from booking.season_plans.engine.partial_plan import Option, PartialPlan
from booking.season_plans.engine.plan import Effort, Progress
from booking.season_plans.engine.relocation import relocate
from booking.season_plans.engine.task import Task

WHOLE_COST = 3_000
"""Up to so many options the whole model is solved for everything."""
WHOLE_MET = 80_000
"""Up to so many options the whole model is solved for the number of met needs, which is quick."""
SMALLEST, LARGEST = 20, 120
"""Needs that a round frees."""
ROUND_SECONDS = 2.0
WHOLE_AFTER = 0.25
"""The share of the time after which the number of met needs is solved as a whole."""
WHOLE_SHARE = 0.8
"""The share of the time left that the whole model takes at most."""


def search(
    task: Task,
    effort: Effort,
    clock: Callable[[], float],
    report: Callable[[Progress], object] = lambda _progress: None,
) -> Progress:
    """The best plan found in time. `clock` counts seconds; `report` gets each better plan."""
    return _Search(task, effort, clock, report).run()


class _Search:
    def __init__(
        self,
        task: Task,
        effort: Effort,
        clock: Callable[[], float],
        report: Callable[[Progress], object],
    ) -> None:
        self._effort, self._clock, self._report = effort, clock, report
        self._began = clock()
        days = LocalDays(task.zone)
        self._options = Options(task, days, PartialPlan(task, days))
        self._plan = PartialPlan(task, days)
        _pin(task, self._plan, self._options)
        self._pinned_met = len(task.needs) - self._plan.measure.unmet
        self._reachable = self._count_reachable()
        assign_in_turn(self._plan, self._options)
        self._greedy = self._reported = self._plan.measure
        self._rounds = 0
        self._optimal = False

    def run(self) -> Progress:
        self._report(self._progress())
        rounds = Neighbourhoods(self._plan, self._options, self._effort.seed)
        if rounds.movable:
            relocate(self._plan, self._options, rounds.movable, self._is_over)
            self._tell()
            self._solve_whole(rounds.movable, WHOLE_COST)
            self._solve_in_rounds(rounds)
        else:
            self._optimal = True
        return self._progress()

    def _solve_in_rounds(self, rounds: Neighbourhoods) -> None:
        """Improve the plan until time is over; once meanwhile by the whole model."""
        whole_at, size = (1 - WHOLE_AFTER) * self._effort.seconds, 2 * SMALLEST
        while not self._optimal and not self._is_over():
            if self._left < whole_at:
                whole_at = 0.0
                self._solve_whole(rounds.movable, WHOLE_MET)
            else:
                size = self._round(rounds, size)
            self._tell()

    @property
    def _left(self) -> float:
        """The seconds that are left."""
        return self._effort.seconds - (self._clock() - self._began)

    def _is_over(self) -> bool:
        return self._left <= 0

    def _progress(self) -> Progress:
        return Progress(
            plan=self._plan.plan(),
            greedy=self._greedy,
            reachable=self._reachable,
            rounds=self._rounds,
            seconds=self._clock() - self._began,
            optimal=self._optimal,
        )

    def _tell(self) -> None:
        """Report the plan, if it is better than the one reported last."""
        if self._plan.measure < self._reported:
            self._reported = self._plan.measure
            self._report(self._progress())

    def _count_reachable(self) -> int:
        """The needs with an assignment that nothing but other needs could prevent."""
        fitting = map(self._fitting, range(len(self._plan.needs)))
        return self._pinned_met + sum(next(options, None) is not None for options in fitting)

    def _fitting(self, need: int) -> Iterator[Option]:
        """All options of a need that fit beside the assignments so far."""
        for visit in self._options.all_visits(need):
            for option in self._options.of_visit(need, visit):
                if self._plan.fits(option):
                    yield option

    def _solve_whole(self, movable: Sequence[int], most: int) -> None:
        """Solve the model of all needs, if it has at most so many options."""
        before = self._left
        current = self._free(movable)
        fitting = (option for need in movable for option in self._fitting(need))
        options = list(islice(fitting, most + 1))
        if len(options) > most or self._is_over():
            self._restore(current)
            return
        model = Model(self._plan, options)
        model.maximise_met()
        solution = model.solve(current, self._limits(WHOLE_SHARE * before))
        if solution:
            self._reachable = min(self._reachable, self._pinned_met + round(solution.bound))
            chosen = solution.chosen
            if solution.optimal and len(options) <= WHOLE_COST:
                chosen = self._least_cost(model, chosen, before)
            self._keep_better(current, chosen)
        else:
            self._restore(current)
        relocate(self._plan, self._options, movable, self._is_over)

    def _least_cost(
        self, model: Model, start: Mapping[int, Option], before: float
    ) -> Mapping[int, Option]:
        """The cheapest assignments that are as many as those to start with."""
        model.minimise_cost(met=len(start))
        solution = model.solve(start, self._limits(WHOLE_SHARE * before))
        if solution is None:
            return start
        self._optimal = solution.optimal
        return solution.chosen

    def _round(self, rounds: Neighbourhoods, size: int) -> int:
        """Free and solve some needs; returns how many to free next."""
        self._rounds += 1
        freed = rounds.draw(size)
        current = self._free(freed)
        model = Model(self._plan, rounds.options(freed, current))
        model.minimise_all()
        limits = self._limits(ROUND_SECONDS, gap=0.9 * model.travel_weight)
        solution = model.solve(current, limits)
        self._keep_better(current, solution.chosen if solution else current)
        if solution and solution.optimal:
            return min(LARGEST, size + 1)
        return max(SMALLEST, size * 3 // 4)

    def _limits(self, seconds: float, gap: float = 0.0) -> Limits:
        seed = self._effort.seed + self._rounds
        return Limits(min(seconds, self._left), self._effort.workers, seed, gap)

    def _free(self, needs: Sequence[int]) -> dict[int, Option]:
        """Take the assignments of needs back; returns them."""
        removed = {need: self._plan.remove(need) for need in needs}
        return {need: option for need, option in removed.items() if option is not None}

    def _keep_better(self, current: Mapping[int, Option], chosen: Mapping[int, Option]) -> None:
        """Add the chosen assignments, or those before where these make a better plan."""
        self._restore(current)
        before = self._plan.measure
        self._free(list(current))
        self._restore(chosen)
        if self._plan.measure > before:
            self._free(list(chosen))
            self._restore(current)

    def _restore(self, chosen: Mapping[int, Option]) -> None:
        for option in chosen.values():
            self._plan.add(option)


def _pin(task: Task, plan: PartialPlan, options: Options) -> None:
    """Add the pinned assignments that are possible."""
    numbers = {need.id: number for number, need in enumerate(task.needs)}
    for pin in task.pins:
        number = numbers.get(pin.need_id)
        if number is None:
            continue
        option = options.of(number, pin.instructor_id, second_of(pin.start))
        if option is not None and _is_offered(task, option) and plan.fits(option):
            plan.add(option)


def _is_offered(task: Task, option: Option) -> bool:
    """Whether a booking would accept a pinned assignment."""
    schedule = task.instructors[option.instructor]
    need = task.needs[option.need]
    [by] = [one for one in need.eligible if one.instructor_id == schedule.id]
    refused = why_not(
        schedule.availability,
        schedule.booked,
        need.slot_request(by),
        from_second(option.start),
        now=task.now,
        zone=task.zone,
    )
    return refused is None
