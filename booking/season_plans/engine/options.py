"""The possible assignments of each need. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from booking.season_plans.engine.instants import LocalDays, to_second
from booking.season_plans.engine.partial_plan import Option, PartialPlan
from booking.season_plans.engine.starts import Seconds, Starts
from booking.season_plans.engine.task import Exclusion, Task

NEAREST = 8
"""How many instructors are kept for a need at each time, the nearest first."""


class Visit(NamedTuple):
    """A need with an instructor on a day, and the starts that are offered then."""

    instructor: int
    topic_id: int
    seconds: int
    """The length of the lecture."""
    day: int
    starts: Seconds
    low: int
    high: int
    """The indexes [low, high) of the starts of this day."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a need excludes: instructors, their days (ordinals) and starts; by index in the task."""

    whole: bool
    instructors: frozenset[int]
    days: frozenset[tuple[int, int]]
    starts: frozenset[tuple[int, int]]


class Options:
    """Lists possible assignments; the rules between lectures of the plan are not applied."""

    def __init__(self, task: Task, days: LocalDays, base: PartialPlan) -> None:
        """`base` is the plan with nothing but the existing lectures."""
        self.needs, self._days, self._base = task.needs, days, base
        self._starts = Starts(task, days)
        self._schedules = task.instructors
        self._index = {one.id: index for index, one in enumerate(task.instructors)}
        self._rules = _rules(task, self._index)
        self._pinned = {pin.need_id for pin in task.pins}
        self._visits: dict[int, list[Visit]] = {}

    def all_visits(self, need: int) -> Iterator[Visit]:
        """The visits of all eligible instructors in the windows; none of a pinned need."""
        rules = self._rules.get(need)
        if (rules and rules.whole) or self.needs[need].id in self._pinned:
            return
        windows: dict[int, list[tuple[int, int]]] = {}
        for by in self.needs[need].eligible:
            instructor = self._index[by.instructor_id]
            if rules and instructor in rules.instructors:
                continue
            if by.minutes not in windows:
                windows[by.minutes] = [
                    (to_second(begin), to_second(end))
                    for begin, end in self.needs[need].starts_of(by.minutes)
                ]
            offered = self._starts.offered(self._schedules[instructor], self.needs[need], by)
            for day, low, high in offered.within(windows[by.minutes]):
                if rules and (instructor, day) in rules.days:
                    continue
                yield Visit(
                    instructor, by.topic_id, 60 * by.minutes, day, offered.seconds, low, high
                )

    def excluded(self, need: int, instructor: int, start: int) -> bool:
        """Whether the task excludes one start of an instructor."""
        rules = self._rules.get(need)
        return rules is not None and (instructor, start) in rules.starts

    def visits(self, need: int) -> list[Visit]:
        """The visits of the nearest instructors at each time, the nearest first.

        Nearest is who would have the shortest way beside the existing lectures of the day.
        """
        kept = self._visits.get(need)
        if kept is None:
            kept = self._visits[need] = list(self._nearest(need))
        return kept

    def of_visit(self, need: int, visit: Visit) -> Iterator[Option]:
        """The options of a visit, in order, without the excluded ones."""
        for start in visit.starts[visit.low : visit.high]:
            if not self.excluded(need, visit.instructor, start):
                yield Option(
                    need, visit.instructor, visit.topic_id, start, start + visit.seconds, visit.day
                )

    def of(self, need: int, instructor_id: int, start: int) -> Option | None:
        """The option of a need at any time, such as a pin; None if not eligible."""
        for by in self.needs[need].eligible:
            if by.instructor_id == instructor_id:
                instructor, day = self._index[instructor_id], self._days.day(start)
                return Option(need, instructor, by.topic_id, start, start + 60 * by.minutes, day)
        return None

    def _nearest(self, need: int) -> Iterator[Visit]:
        at_time: Counter[int] = Counter()
        keyed = [(self._nearness(need, visit), visit) for visit in self.all_visits(need)]
        for _nearness, visit in sorted(keyed, key=itemgetter(0)):
            starts = visit.starts[visit.low : visit.high]
            if min(map(at_time.__getitem__, starts)) < NEAREST:
                yield visit
                at_time.update(starts)

    def _nearness(self, need: int, visit: Visit) -> tuple[int, int]:
        """The way, and among equal ones an order that differs from need to need."""
        way = self._base.travel(need, visit.instructor, visit.day)
        return way, (visit.instructor * 7919 + need * 104729) % 10007


def _rules(task: Task, index: dict[int, int]) -> dict[int, _Rules]:
    numbers = {need.id: number for number, need in enumerate(task.needs)}
    by_need: defaultdict[int, list[Exclusion]] = defaultdict(list)
    for one in task.exclusions:
        if one.need_id in numbers and (one.instructor_id is None or one.instructor_id in index):
            by_need[numbers[one.need_id]].append(one)
    return {need: _rules_of(excluded, index) for need, excluded in by_need.items()}


def _rules_of(excluded: Sequence[Exclusion], index: dict[int, int]) -> _Rules:
    """The rules of one need."""
    of_people = [
        (index[one.instructor_id], one) for one in excluded if one.instructor_id is not None
    ]
    return _Rules(
        len(of_people) < len(excluded),
        frozenset(who for who, one in of_people if one.start is None and one.day is None),
        frozenset((who, one.day.toordinal()) for who, one in of_people if one.day is not None),
        frozenset((who, to_second(one.start)) for who, one in of_people if one.start is not None),
    )
