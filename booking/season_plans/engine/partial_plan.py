"""A plan that is being made: assignments are added and taken back one by one. Pure.

It keeps the rules between lectures of one instructor, existing and planned ones alike: time,
travel and buffer, caps. All other rules have been kept by `Starts`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import Booked
from booking.availability.engine.travel import FURTHER_MINUTES, Place, gap_minutes
from booking.season_plans.engine.cap_counts import CapCounts
from booking.season_plans.engine.instants import LocalDays, from_second, second_of, to_second
from booking.season_plans.engine.plan import Assignment, Measure, Plan
from booking.season_plans.engine.starts import period
from booking.season_plans.engine.task import InstructorSchedule, Need, Task
from booking.season_plans.engine.travel_nodes import Node, Nodes, home_nodes, nodes

MINUTE = 60
_NOTHING: Counter[Node] = Counter()


class Option(NamedTuple):
    """A possible assignment; needs and instructors by their index in the task."""

    need: int
    instructor: int
    topic_id: int
    start: int
    end: int
    day: int
    """The ordinal of the local date of the start."""


class _Lecture(NamedTuple):
    start: int
    end: int
    place: Place | None
    need: int
    """The index of the need; -1 for an existing lecture."""


class InstructorDays:
    """The lectures of one instructor, existing and planned."""

    def __init__(self, schedule: InstructorSchedule, days: LocalDays, counted: DaySpan) -> None:
        self.buffer_minutes = schedule.availability.rules.buffer_minutes
        self.caps = CapCounts(schedule.availability.limits.caps)
        self.lectures = sorted((_existing(hold) for hold in schedule.booked), key=_start)
        self._longest_gap = MINUTE * max(self.buffer_minutes, FURTHER_MINUTES)
        self._longest = max((one.end - one.start for one in self.lectures), default=0)
        self._gaps: dict[tuple[Place | None, Place | None], int] = {}
        self._home = home_nodes(schedule.region_code)
        self._reached: defaultdict[int, Counter[Node]] = defaultdict(Counter)
        holds = [(days.day(second_of(hold.start)), hold) for hold in schedule.booked]
        self.caps.count_existing(
            (day, hold.organisation_id, hold.lecture_id) for day, hold in holds
        )
        for day, hold in holds:
            visited = nodes(hold.place, ("existing", hold.lecture_id))
            self._reached[day].update([node for node, _minutes in visited])
        self.count = len(
            {
                hold.lecture_id
                for hold in schedule.booked
                if days.date(second_of(hold.start)) in counted
            }
        )

    def gap(self, one: Place | None, other: Place | None) -> int:
        """Seconds needed between lectures at two places."""
        gap = self._gaps.get((one, other))
        if gap is None:
            gap = self._gaps[one, other] = MINUTE * gap_minutes(one, other, self.buffer_minutes)
        return gap

    def is_free(self, start: int, end: int, place: Place | None) -> bool:
        """Whether a lecture neither overlaps another nor is too near to one."""
        earliest = start - self._longest_gap - self._longest
        for other in self.lectures[bisect_left(self.lectures, earliest, key=_start) :]:
            if other.start >= end + self._longest_gap:
                return True
            gap = self.gap(place, other.place)
            if other.start < end + gap and start < other.end + gap:
                return False
        return True

    def unreached(self, visited: Nodes, day: int) -> list[tuple[Node, int]]:
        """The nodes that a lecture would add to the travel of a day, with their minutes."""
        reached = self._reached.get(day, _NOTHING)
        return [one for one in visited if one[0] not in self._home and one[0] not in reached]

    def travel(self, visited: Nodes, day: int) -> int:
        """The minutes that a lecture would add to the travel of a day."""
        home, reached = self._home, self._reached.get(day, _NOTHING)
        added = 0
        for node, minutes in visited:
            if node not in home and node not in reached:
                added += minutes
        return added

    def way_from_home(self, visited: Nodes) -> int:
        """The minutes from the home region to a place."""
        return sum(minutes for node, minutes in visited if node not in self._home)

    def add(self, option: Option, need: Need, visited: Nodes) -> None:
        """Count a planned lecture."""
        lecture = _Lecture(option.start, option.end, need.place, option.need)
        insort(self.lectures, lecture, key=_start)
        self._longest = max(self._longest, option.end - option.start)
        self._reached[option.day].update([node for node, _minutes in visited])
        self.caps.change(option.day, need.organisation_id, 1)
        self.count += 1

    def remove(self, option: Option, need: Need, visited: Nodes) -> None:
        """Take a planned lecture back."""
        self.lectures = [one for one in self.lectures if one.need != option.need]
        reached = self._reached[option.day]
        for node, _minutes in visited:
            reached[node] -= 1
            if not reached[node]:
                del reached[node]
        self.caps.change(option.day, need.organisation_id, -1)
        self.count -= 1


class PartialPlan:
    """The assignments so far, and what they leave."""

    def __init__(self, task: Task, days: LocalDays) -> None:
        counted = DaySpan(*period(task, days))
        self.needs: Sequence[Need] = task.needs
        self.instructors = [InstructorDays(one, days, counted) for one in task.instructors]
        self.nodes = [nodes(need.place, number) for number, need in enumerate(task.needs)]
        self.chosen: list[Option | None] = [None] * len(task.needs)
        self._ids = [one.id for one in task.instructors]
        load = sum(one.count**2 for one in self.instructors)
        self.measure = Measure(len(task.needs), 0, load)

    def fits(self, option: Option) -> bool:
        """Whether an option keeps all rules beside the assignments so far."""
        instructor, need = self.instructors[option.instructor], self.needs[option.need]
        return (
            not instructor.caps or instructor.caps.fit(option.day, need.organisation_id)
        ) and instructor.is_free(option.start, option.end, need.place)

    def travel(self, need: int, instructor: int, day: int) -> int:
        """The minutes that a lecture would add to the travel of the plan."""
        return self.instructors[instructor].travel(self.nodes[need], day)

    def way_alone(self, option: Option) -> int:
        """The minutes of the way from home, as if it were the only lecture of its day."""
        return self.instructors[option.instructor].way_from_home(self.nodes[option.need])

    def add(self, option: Option) -> None:
        """Add an option that fits, of a need without an assignment."""
        travel = self.travel(option.need, option.instructor, option.day)
        instructor = self.instructors[option.instructor]
        self._change(-1, travel, 2 * instructor.count + 1)
        instructor.add(option, self.needs[option.need], self.nodes[option.need])
        self.chosen[option.need] = option

    def remove(self, need: int) -> Option | None:
        """Take the assignment of a need back; returns it."""
        option = self.chosen[need]
        if option is None:
            return None
        instructor = self.instructors[option.instructor]
        instructor.remove(option, self.needs[need], self.nodes[need])
        self.chosen[need] = None
        travel = self.travel(need, option.instructor, option.day)
        self._change(1, -travel, -2 * instructor.count - 1)
        return option

    def _change(self, unmet: int, travel: int, load: int) -> None:
        now = self.measure
        self.measure = Measure(now.unmet + unmet, now.travel_minutes + travel, now.load + load)

    def plan(self) -> Plan:
        """The plan as it stands."""
        assignments = tuple(
            Assignment(
                self.needs[option.need].id,
                self._ids[option.instructor],
                option.topic_id,
                from_second(option.start),
                from_second(option.end),
            )
            for option in self.chosen
            if option is not None
        )
        return Plan(assignments, self.measure)


def _existing(hold: Booked) -> _Lecture:
    return _Lecture(second_of(hold.start), to_second(hold.end), hold.place, -1)


def _start(lecture: _Lecture) -> int:
    return lecture.start
