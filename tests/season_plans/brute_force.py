"""The best plan of a tiny season by trying everything. Uses the checker, nothing of the solver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from booking.availability.engine.slots import offered, why_not
from booking.season_plans.engine.plan import Assignment, Measure, Plan
from booking.season_plans.engine.task import Eligibility, Need, Task
from tests.season_plans import checker

NOTHING = Measure(0, 0, 0)


def best(task: Task) -> Measure:
    """The measure of the best plan of all that contain each pin which is possible."""
    pinned = {pin.need_id for pin in task.pins}
    forced = pins(task)
    free = [list(_possible(task, need)) for need in task.needs if need.id not in pinned]
    plans = _all(task, free, forced)
    return min(checker.measure(task, Plan(tuple(one), NOTHING)) for one in plans)


def pins(task: Task) -> list[Assignment]:
    """The pinned assignments that a booking would accept; the task has one pin at most."""
    needs = {need.id: need for need in task.needs}
    return [
        _assignment(needs[pin.need_id], by, pin.start)
        for pin in task.pins
        for by in needs[pin.need_id].eligible
        if by.instructor_id == pin.instructor_id
        and _is_accepted(task, needs[pin.need_id], by, pin.start)
    ]


def _all(
    task: Task, possible: Sequence[Sequence[Assignment]], chosen: list[Assignment]
) -> Iterator[list[Assignment]]:
    """All sets of assignments, one or none of each list, that keep the rules."""
    if not possible:
        yield chosen
        return
    yield from _all(task, possible[1:], chosen)
    for one in possible[0]:
        trial = [*chosen, one]
        if _is_allowed(task, trial):
            yield from _all(task, possible[1:], trial)


def _is_allowed(task: Task, assignments: Sequence[Assignment]) -> bool:
    """Whether assignments, each possible alone, can be together."""
    plan, newest = Plan(tuple(assignments), NOTHING), assignments[-1].instructor_id
    return not any(
        wrong
        for one in task.instructors
        if one.id == newest
        for wrong in checker.wrong_lectures(task, plan, one)
    )


def _possible(task: Task, need: Need) -> Iterator[Assignment]:
    """The assignments of a need that a booking would accept without the other needs."""
    schedules = {one.id: one for one in task.instructors}
    for by in need.eligible:
        schedule = schedules[by.instructor_id]
        for start, _end in offered(
            schedule.availability,
            schedule.booked,
            need.slot_request(by),
            first=task.first,
            last=task.last,
            now=task.now,
            zone=task.zone,
        ):
            one = _assignment(need, by, start)
            if checker.is_wanted(task, need, one):
                yield one


def _is_accepted(task: Task, need: Need, by: Eligibility, start: datetime) -> bool:
    schedule = next(one for one in task.instructors if one.id == by.instructor_id)
    request = need.slot_request(by)
    known, booked = schedule.availability, schedule.booked
    return why_not(known, booked, request, start, now=task.now, zone=task.zone) is None


def _assignment(need: Need, by: Eligibility, start: datetime) -> Assignment:
    end = start + timedelta(minutes=by.minutes)
    return Assignment(need.id, by.instructor_id, by.topic_id, start, end)
