"""Why a need has no assignment in a plan, and what would help: computed, not guessed. Pure."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.offers import WhyNot
from booking.availability.engine.zones import day_bounds, local_date
from booking.season_plans.engine.explanations.free_times import NEAREST, FreeTimes, distance
from booking.season_plans.engine.plan import Plan
from booking.season_plans.engine.task import Eligibility, Need, Task

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


class WhyUnmet(enum.StrEnum):
    """Why a need has no assignment."""

    LEFT_OUT = "left_out"
    """The coordinator excluded it, or everybody who could teach it."""
    PIN_REFUSED = "pin_refused"
    """Its pinned assignment is not possible."""
    NOBODY_TEACHES = "nobody_teaches"
    NOBODY_SERVES = "nobody_serves"
    """Taught, but not in the region, or only online."""
    NOBODY_FREE = "nobody_free"
    """Nobody could be booked in the windows, even without the other needs."""
    TAKEN_BY_PLAN = "taken_by_plan"
    """Those who could be booked are needed by other needs of the plan."""


class HelpKind(enum.StrEnum):
    """A change with which a need could be met beside the plan."""

    ANOTHER_TIME = "another_time"
    ONLINE = "online"
    ANOTHER_REGION = "another_region"
    """An instructor comes who does not serve the region so far."""


@dataclass(frozen=True, slots=True)
class Help:
    """A change, with an instructor and a start that would then be free beside the plan."""

    kind: HelpKind
    instructor_id: int
    topic_id: int
    start: datetime


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need without an assignment."""

    need_id: int
    reason: WhyUnmet
    closed_by: WhyNot | None
    """The rule that closes most days of those who could teach it, or the pinned time."""
    helps: tuple[Help, ...]
    """The nearest other time, then the earliest time of the other kinds; each kind once."""


def unmet(task: Task, plan: Plan) -> tuple[Unmet, ...]:
    """The needs without an assignment, in the order of the task."""
    met = {one.need_id for one in plan.assignments}
    free = FreeTimes(task, plan)
    return tuple(_explained(task, free, need) for need in task.needs if need.id not in met)


def _explained(task: Task, free: FreeTimes, need: Need) -> Unmet:
    reason, closed_by = _reason(task, free, need)
    helps = () if reason is WhyUnmet.LEFT_OUT else tuple(_helps(task, free, need))
    return Unmet(need.id, reason, closed_by, helps)


def _reason(task: Task, free: FreeTimes, need: Need) -> tuple[WhyUnmet, WhyNot | None]:
    for pin in (one for one in task.pins if one.need_id == need.id):
        by = [one for one in need.eligible if one.instructor_id == pin.instructor_id]
        return WhyUnmet.PIN_REFUSED, free.why_not(need, by[0], pin.start) if by else None
    if not need.eligible:
        taught = need.eligible_elsewhere or need.eligible_online
        return (WhyUnmet.NOBODY_SERVES if taught else WhyUnmet.NOBODY_TEACHES), None
    allowed = free.allowed(need, need.eligible)
    if not allowed:
        return WhyUnmet.LEFT_OUT, None
    if any(_first(free, need, by, planned=False) for by in allowed):
        return WhyUnmet.TAKEN_BY_PLAN, None
    return WhyUnmet.NOBODY_FREE, _closed_by(task, free, need, allowed[:NEAREST])


def _closed_by(
    task: Task, free: FreeTimes, need: Need, asked: Sequence[Eligibility]
) -> WhyNot | None:
    """The rule that closes most days."""
    days = list(_days(task, need.windows))
    whys = (free.why_closed(need, by, day) for by in asked for day in days)
    counts = Counter(why for why in whys if why is not None)
    return counts.most_common(1)[0][0] if counts else None


def _days(task: Task, windows: Iterable[Interval]) -> Iterator[Interval]:
    """The windows, cut at midnight."""
    for begin, end in windows:
        day, last = local_date(begin, task.zone), local_date(end - _MICROSECOND, task.zone)
        while day <= last:
            midnight, next_midnight = day_bounds(day, task.zone)
            yield max(begin, midnight), min(end, next_midnight)
            day += _DAY


def _helps(task: Task, free: FreeTimes, need: Need) -> Iterator[Help]:
    asked = free.allowed(need, need.eligible)[:NEAREST]
    other_times = [
        (distance(start, need.starts_of(by.minutes) or need.windows), start, by)
        for by in asked
        for start in _around(task, free, need, by)
    ]
    if other_times:
        _far, start, by = min(other_times, key=lambda one: one[:2])
        yield Help(HelpKind.ANOTHER_TIME, by.instructor_id, by.topic_id, start)
    if need.place is not None:
        online = replace(need, place=None)
        yield from _earliest(free, HelpKind.ONLINE, online, need.eligible_online)
    yield from _earliest(free, HelpKind.ANOTHER_REGION, need, need.eligible_elsewhere)


def _around(task: Task, free: FreeTimes, need: Need, by: Eligibility) -> Iterator[datetime]:
    """The last free start before the windows, those between them, and the first after them."""
    windows = union(need.starts_of(by.minutes))
    edges = [
        day_bounds(task.first, task.zone)[0],
        *(edge for window in windows for edge in window),
        day_bounds(task.last, task.zone)[1],
    ]
    for number, gap in enumerate(zip(edges[::2], edges[1::2], strict=True)):
        starts = list(free.starts(need, by, [gap], planned=True)) if gap[0] < gap[1] else []
        if starts:
            # Of a gap only its ends can be nearest to a window.
            yield from ({starts[0]} if number == len(windows) else {starts[0], starts[-1]})


def _earliest(
    free: FreeTimes, kind: HelpKind, need: Need, eligible: Sequence[Eligibility]
) -> Iterator[Help]:
    starts = [
        (start, by)
        for by in free.allowed(need, eligible)[:NEAREST]
        if (start := _first(free, need, by, planned=True))
    ]
    if starts:
        start, by = min(starts, key=lambda one: one[0])
        yield Help(kind, by.instructor_id, by.topic_id, start)


def _first(free: FreeTimes, need: Need, by: Eligibility, *, planned: bool) -> datetime | None:
    return next(free.starts(need, by, need.starts_of(by.minutes), planned=planned), None)
