"""When instructors are free beside a plan, asked of the booking engine itself. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import Limits
from booking.availability.engine.offers import Booked, WhyNot
from booking.availability.engine.slots import SlotFinder, why_not
from booking.availability.engine.travel import Place, travel_minutes
from booking.availability.engine.zones import local_date
from booking.season_plans.engine.plan import Plan
from booking.season_plans.engine.task import Eligibility, Need, Task

NEAREST = 8
"""So many of the eligible instructors, the nearest, are asked."""


class FreeTimes:
    """Asks when instructors could be booked for needs, with and without the lectures of a plan."""

    def __init__(self, task: Task, plan: Plan) -> None:
        self._task = task
        self._schedules = {one.id: one for one in task.instructors}
        self._planned = _planned(task, plan)
        self._finder = SlotFinder(first=task.first, last=task.last, now=task.now, zone=task.zone)
        self._excluded = {
            (one.need_id, one.instructor_id, one.start)
            for one in task.exclusions
            if one.day is None
        }
        self._closed = {
            (one.need_id, one.instructor_id, one.day)
            for one in task.exclusions
            if one.day is not None
        }

    def allowed(self, need: Need, eligible: Iterable[Eligibility]) -> list[Eligibility]:
        """Those who are not excluded for a need, the nearest first."""
        if (need.id, None, None) in self._excluded:
            return []
        ids = (by for by in eligible if (need.id, by.instructor_id, None) not in self._excluded)
        return sorted(ids, key=lambda by: self._way(need, by))

    def starts(
        self, need: Need, by: Eligibility, windows: Iterable[Interval], *, planned: bool
    ) -> Iterator[datetime]:
        """The starts in windows that can be booked; `planned` counts the plan as booked."""
        schedule = self._schedules[by.instructor_id]
        booked = [*schedule.booked, *(self._planned.get(schedule.id, ()) if planned else ())]
        for window in sorted(windows):
            for start, _end in self._finder.each(
                schedule.availability, booked, need.slot_request(by), window
            ):
                day = local_date(start, self._task.zone)
                closed = (need.id, by.instructor_id, day) in self._closed
                if not closed and (need.id, by.instructor_id, start) not in self._excluded:
                    yield start

    def why_closed(self, need: Need, by: Eligibility, day: Interval) -> WhyNot | None:
        """Why nothing of a day is free: asked at the first time that the hours alone would open."""
        schedule = self._schedules[by.instructor_id]
        hours = replace(
            schedule.availability, limits=Limits(), external_busy=(), external_unknown=()
        )
        opened = self._finder.each(hours, (), need.slot_request(by), day)
        return self.why_not(need, by, next((start for start, _end in opened), day[0]))

    def why_not(self, need: Need, by: Eligibility, start: datetime) -> WhyNot | None:
        """The rule that closes a start without the plan; None if it could be booked."""
        schedule = self._schedules[by.instructor_id]
        refused = why_not(
            schedule.availability,
            schedule.booked,
            need.slot_request(by),
            start,
            now=self._task.now,
            zone=self._task.zone,
        )
        return refused.why if refused else None

    def _way(self, need: Need, by: Eligibility) -> int:
        return travel_minutes(Place(self._schedules[by.instructor_id].region_code), need.place)


def _planned(task: Task, plan: Plan) -> dict[int, list[Booked]]:
    """The lectures of a plan by instructor, as holds with ids that no existing lecture has."""
    needs = {need.id: need for need in task.needs}
    lowest = min((hold.lecture_id for one in task.instructors for hold in one.booked), default=0)
    planned: defaultdict[int, list[Booked]] = defaultdict(list)
    for number, one in enumerate(plan.assignments, start=1):
        need = needs[one.need_id]
        planned[one.instructor_id].append(
            Booked(
                one.start,
                one.end,
                need.place,
                need.organisation_id,
                lecture_id=min(lowest, 0) - number,
            )
        )
    return planned


def distance(start: datetime, windows: Sequence[Interval]) -> float:
    """Seconds from a start outside windows to the nearest of them."""
    return min(
        max((begin - start).total_seconds(), (start - end).total_seconds())
        for begin, end in windows
    )
