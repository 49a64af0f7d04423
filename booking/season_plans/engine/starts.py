"""When each instructor could begin a lecture, as a booking would offer it. Pure.

Everything but travel and the cap of a branch comes from `SlotFinder`, asked once for each
instructor, length and days of the topic. Travel, which depends on the place, and all rules between
planned lectures are kept by `PartialPlan`, for existing lectures as for planned ones.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from booking.availability.engine.limits import DaySpan
from booking.availability.engine.slots import SlotFinder
from booking.season_plans.engine.instants import LocalDays, to_second
from booking.season_plans.engine.task import Eligibility, InstructorSchedule, Need, Task

Seconds = Sequence[int]


@dataclass(frozen=True, slots=True)
class DayStarts:
    """Starts in order, and where among them each local day begins."""

    seconds: Seconds
    days: Sequence[int]
    """The ordinals of the days with any start, in order."""
    lows: Sequence[int]
    """The index of the first start of each of these days."""

    def within(self, windows: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
        """The starts in windows, day by day: the day, and their indexes [low, high). None twice."""
        done = 0
        for begin, end in sorted(windows):
            low, high = max(done, bisect_left(self.seconds, begin)), bisect_left(self.seconds, end)
            done = max(done, high)
            while low < high:
                following = bisect_right(self.lows, low)
                stop = high if following == len(self.lows) else min(high, self.lows[following])
                yield self.days[following - 1], low, stop
                low = stop


class Starts:
    """The starts that instructors offer within the windows of the needs, existing holds apart."""

    def __init__(self, task: Task, days: LocalDays) -> None:
        self._first, self._last = period(task, days)
        self._finder = SlotFinder(
            first=self._first, last=self._last, now=task.now, zone=task.zone, whole=True
        )
        self._days = days
        self._known: dict[tuple[int, int, DaySpan], DayStarts] = {}

    def offered(self, instructor: InstructorSchedule, need: Need, by: Eligibility) -> DayStarts:
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
            seconds = array("q", [to_second(start) for start, _end in slots])
            starts = self._known[key] = self._by_day(seconds)
        return starts

    def _by_day(self, seconds: Seconds) -> DayStarts:
        lows: dict[int, int] = {}
        for index, second in enumerate(seconds):
            lows.setdefault(self._days.day(second), index)
        return DayStarts(seconds, tuple(lows), tuple(lows.values()))


def period(task: Task, days: LocalDays) -> tuple[date, date]:
    """The first and the last day on which a lecture of the plan may begin."""
    bounds = [window for need in task.needs for window in need.windows]
    if not bounds:
        return task.first, task.first
    first = days.date(to_second(min(start for start, _end in bounds)))
    last = days.date(to_second(max(end for _start, end in bounds)) - 1)
    return max(first, task.first), min(last, task.last)
