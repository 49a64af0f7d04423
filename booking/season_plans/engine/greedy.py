"""First come, first served: what a coordinator does by hand, one need after the other. Pure.

Each need in turn gets the earliest time at which anybody is free, and of those who are free then the
one with the shortest way; of equals the one with fewer lectures.
"""

from __future__ import annotations

from booking.season_plans.engine.instants import LocalDays
from booking.season_plans.engine.options import Options
from booking.season_plans.engine.partial_plan import Option, PartialPlan


def assign_in_turn(plan: PartialPlan, options: Options, days: LocalDays) -> None:
    """Give an assignment to each need that has none and can get one."""
    for need, chosen in enumerate(plan.chosen):
        if chosen is None:
            option = _earliest(plan, options, days, need)
            if option is not None:
                plan.add(option)


def _earliest(plan: PartialPlan, options: Options, days: LocalDays, need: int) -> Option | None:
    """The best option for a need beside the assignments so far."""
    best: Option | None = None
    for instructor, by, starts, low, high in options.each(need):
        for start in starts[low:high]:
            if best is not None and start > best.start:
                break
            option = Option(
                need, instructor, by.topic_id, start, start + 60 * by.minutes, days.day(start)
            )
            if plan.fits(option) and not options.excluded(need, instructor, start):
                if best is None or _order(plan, option) < _order(plan, best):
                    best = option
                break
    return best


def _order(plan: PartialPlan, option: Option) -> tuple[int, int, int]:
    way = plan.travel(option.need, option.instructor, option.day)
    return option.start, way, plan.instructors[option.instructor].count
