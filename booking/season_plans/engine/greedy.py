"""First come, first served: what a coordinator does by hand, one need after the other. Pure.

Each need in turn gets the earliest time at which anybody is free, and of those who are free then
the one with the shortest way; of equals the one with fewer lectures.
"""

from __future__ import annotations

from booking.season_plans.engine.options import Options
from booking.season_plans.engine.partial_plan import Option, PartialPlan


def assign_in_turn(plan: PartialPlan, options: Options) -> None:
    """Give an assignment to each need that has none and can get one."""
    for need, chosen in enumerate(plan.chosen):
        if chosen is None:
            option = _earliest(plan, options, need)
            if option is not None:
                plan.add(option)


def _earliest(plan: PartialPlan, options: Options, need: int) -> Option | None:
    """The best option for a need beside the assignments so far."""
    best: Option | None = None
    for visit in options.all_visits(need):
        if best is not None and visit.starts[visit.low] > best.start:
            continue
        first = next(filter(plan.fits, options.of_visit(need, visit)), None)
        if first is not None and (best is None or _order(plan, first) < _order(plan, best)):
            best = first
    return best


def _order(plan: PartialPlan, option: Option) -> tuple[int, int, int]:
    way = plan.travel(option.need, option.instructor, option.day)
    return option.start, way, plan.instructors[option.instructor].count
