"""When each instructor could begin a lecture, as a booking would offer it. Pure.

Everything but the gaps to other lectures, their caps and their places comes from `SlotFinder`, asked
once for each instructor, length and days of the topic. The gaps, which depend on the place, are
kept by `PartialPlan`, for existing lectures as for planned ones.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date

from booking.availability.engine.limits import DaySpan
from booking.availability.engine.slots import SlotFinder
from booking.season_plans.engine.instants import LocalDays, to_second
from booking.season_plans.engine.task import Eligibility, InstructorSchedule, Need, Task

Seconds = Sequence[int]


class Starts:
    """The starts that instructors offer within the windows of the needs, existing holds apart."""

    def __init__(self, task: Task, days: LocalDays) -> None:
        self._first, self._last = period(task, days)
        self._finder = SlotFinder(
            first=self._first, last=self._last, now=task.now, zone=task.zone, whole=True
        )
        self._known: dict[tuple[int, int, DaySpan], Seconds] = {}

    def offered(self, instructor: InstructorSchedule, need: Need, by: Eligibility) -> Seconds:
        """All starts of an instructor for lectures like that of a need, sorted.

        They may be too near to a lecture at another place.
        """
        key = instructor.id, by.minutes, by.days
        starts = self._known.get(key)
        if starts is None:
            slots = self._finder.each(
                instructor.availability,
                instructor.booked,
                need.slot_request(by, anywhere=True),
            )
            starts = self._known[key] = array("q", [to_second(start) for start, _end in slots])
        return starts


def period(task: Task, days: LocalDays) -> tuple[date, date]:
    """The first and the last day on which a lecture of the plan may begin."""
    bounds = [window for need in task.needs for window in need.windows]
    if not bounds:
        return task.first, task.first
    first = days.date(to_second(min(start for start, _end in bounds)))
    last = days.date(to_second(max(end for _start, end in bounds)) - 1)
    return max(first, task.first), min(last, task.last)


def within(starts: Seconds, windows: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The index ranges [low, high) of the starts that lie in windows; none twice, in order."""
    done = 0
    for begin, end in sorted(windows):
        low, high = max(done, bisect_left(starts, begin)), bisect_left(starts, end)
        if low < high:
            yield low, high
            done = high
