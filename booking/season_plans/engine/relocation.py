"""Moves single assignments to where their way is shorter, a quick start for the search. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from booking.season_plans.engine.options import Options
from booking.season_plans.engine.partial_plan import Option, PartialPlan


def relocate(
    plan: PartialPlan, options: Options, needs: Sequence[int], is_over: Callable[[], bool]
) -> None:
    """Give each need its best option beside all others, again and again, until none gets better.

    The plan never gets worse, and can be taken whenever `is_over` says that time is over.
    """
    before = None
    while plan.measure != before and not is_over():
        before = plan.measure
        for need in needs:
            if is_over():
                return
            _relocate(plan, options, need)


def _relocate(plan: PartialPlan, options: Options, need: int) -> None:
    measure = plan.measure
    present = plan.remove(need)
    best = _best(plan, options, need)
    if best is not None:
        plan.add(best)
        if plan.measure < measure or present is None:
            return
        plan.remove(need)
    if present is not None:
        plan.add(present)


def _best(plan: PartialPlan, options: Options, need: int) -> Option | None:
    """The option with the shortest way that fits; of equals that of whom has fewer lectures."""
    visits = [
        (
            plan.travel(need, visit.instructor, visit.day),
            plan.instructors[visit.instructor].count,
            number,
        )
        for number, visit in enumerate(options.visits(need))
    ]
    for _way, _count, number in sorted(visits):
        for option in options.of_visit(need, options.visits(need)[number]):
            if plan.fits(option):
                return option
    return None
