"""The travel of a plan, told for each need. Pure."""

from __future__ import annotations

from booking.season_plans.engine.instants import LocalDays, second_of, to_second
from booking.season_plans.engine.partial_plan import Option, PartialPlan
from booking.season_plans.engine.plan import Plan
from booking.season_plans.engine.task import Task


def ways(task: Task, plan: Plan) -> dict[int, int]:
    """The minutes of travel by need id; their sum is the travel of the plan.

    Of two lectures at one place on one day the earlier one has the way.
    """
    days = LocalDays(task.zone)
    partial = PartialPlan(task, days)
    needs = {need.id: number for number, need in enumerate(task.needs)}
    instructors = {one.id: number for number, one in enumerate(task.instructors)}
    found = {}
    for one in sorted(plan.assignments, key=lambda each: (each.start, each.need_id)):
        start, number = second_of(one.start), needs[one.need_id]
        instructor, day = instructors[one.instructor_id], days.day(start)
        found[one.need_id] = partial.travel(number, instructor, day)
        partial.add(Option(number, instructor, one.topic_id, start, to_second(one.end), day))
    return found
