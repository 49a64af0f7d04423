"""An independent check of season plans: nothing of the solver is used, only its plain values.

Each plan is replayed in order of time through the booking engine's `why_not`, as if each assignment
were booked after those before it; beside that overlaps, gaps, caps and the measure are computed
once more in their plainest form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.offers import Booked
from booking.availability.engine.slots import why_not
from booking.availability.engine.travel import Place
from booking.season_plans.engine.plan import Assignment, Measure, Plan
from booking.season_plans.engine.task import (
    Eligibility,
    Exclusion,
    InstructorSchedule,
    Need,
    Task,
)

NEW = 1_000_000
"""Added to the number of an assignment, for the id of a lecture that no existing one has."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """A lecture of one instructor, existing or planned."""

    start: datetime
    end: datetime
    place: Place | None
    organisation: int | None
    id: int


def problems(task: Task, plan: Plan) -> list[str]:
    """All that is wrong with a plan."""
    return [
        *_wrong_assignments(task, plan),
        *_refused(task, plan),
        *(wrong for one in task.instructors for wrong in wrong_lectures(task, plan, one)),
        *([] if measure(task, plan) == plan.measure else [f"measured {measure(task, plan)}"]),
    ]


def _wrong_assignments(task: Task, plan: Plan) -> Iterator[str]:
    needs = {need.id: need for need in task.needs}
    pins = {pin.need_id: pin for pin in task.pins}
    if len({one.need_id for one in plan.assignments}) != len(plan.assignments):
        yield "a need has two assignments"
    for one in plan.assignments:
        need, pin = needs[one.need_id], pins.get(one.need_id)
        by = eligibility(need, one)
        if by is None or (by.topic_id, one.start + timedelta(minutes=by.minutes)) != (
            one.topic_id,
            one.end,
        ):
            yield f"need {need.id}: the instructor does not teach this"
        if pin is not None:
            if (pin.instructor_id, pin.start) != (one.instructor_id, one.start):
                yield f"need {need.id}: not as pinned"
        elif not is_wanted(task, need, one):
            yield f"need {need.id}: begins outside the windows, or is excluded"


def is_wanted(task: Task, need: Need, one: Assignment) -> bool:
    """Whether an assignment lies in the windows and is not excluded."""
    return any(begin <= one.start < end for begin, end in need.windows) and not any(
        excludes(out, one, task.zone) for out in task.exclusions
    )


def excludes(out: Exclusion, one: Assignment, zone: ZoneInfo) -> bool:
    """Whether an exclusion forbids an assignment."""
    return (
        out.need_id == one.need_id
        and out.instructor_id in (None, one.instructor_id)
        and out.start in (None, one.start)
        and out.day in (None, one.start.astimezone(zone).date())
    )


def eligibility(need: Need, one: Assignment) -> Eligibility | None:
    """How the instructor of an assignment is eligible."""
    found = [by for by in need.eligible if by.instructor_id == one.instructor_id]
    return found[0] if found else None


def _refused(task: Task, plan: Plan) -> Iterator[str]:
    """What a booking would refuse, one after the other in order of time."""
    needs = {need.id: need for need in task.needs}
    booked = {one.id: list(one.booked) for one in task.instructors}
    known = {one.id: one.availability for one in task.instructors}
    for number, one in enumerate(sorted(plan.assignments, key=lambda one: one.start), start=NEW):
        need = needs[one.need_id]
        by = eligibility(need, one)
        if by is None:
            continue
        refused = why_not(
            known[one.instructor_id],
            booked[one.instructor_id],
            need.slot_request(by),
            one.start,
            now=task.now,
            zone=task.zone,
        )
        if refused is not None:
            yield f"need {need.id}: {refused.why}"
        booked[one.instructor_id].append(
            Booked(one.start, one.end, need.place, need.organisation_id, lecture_id=number)
        )


def planned(task: Task, plan: Plan, instructor_id: int) -> list[Lecture]:
    """The lectures that a plan gives to an instructor."""
    needs = {need.id: need for need in task.needs}
    return [
        Lecture(one.start, one.end, needs[one.need_id].place, needs[one.need_id].organisation_id,
                NEW + number)
        for number, one in enumerate(plan.assignments)
        if one.instructor_id == instructor_id
    ]  # fmt: skip


def existing(instructor: InstructorSchedule) -> list[Lecture]:
    """The lectures that an instructor has already."""
    return [
        Lecture(one.start, one.end, one.place, one.organisation_id, one.lecture_id)
        for one in instructor.booked
    ]


def way(one: Place | None, other: Place | None) -> int:
    """Minutes between two places (domain rule 2), once more."""
    if one is None or other is None:
        return 0
    if one.name and (one.name, one.region_code) == (other.name, other.region_code):
        return 0
    if one.region_code == other.region_code and one.region_code[-2:] != "00":
        return 30
    same_city = one.region_code[:4] == other.region_code[:4]
    return 60 if same_city and one.region_code[2:4] != "00" else 180


def wrong_lectures(task: Task, plan: Plan, instructor: InstructorSchedule) -> Iterator[str]:
    """Overlaps, gaps that are too short and caps that are exceeded, of one instructor."""
    new, old = planned(task, plan, instructor.id), existing(instructor)
    buffer = instructor.availability.rules.buffer_minutes
    for index, one in enumerate(new):
        for other in [*new[:index], *old]:
            gap = timedelta(minutes=max(buffer, way(one.place, other.place)))
            if one.start < other.end + gap and other.start < one.end + gap:
                yield f"instructor {instructor.id}: {one.start} is too near to {other.start}"
    yield from _over_caps(task, instructor, new, old)


def _over_caps(
    task: Task, instructor: InstructorSchedule, new: Sequence[Lecture], old: Sequence[Lecture]
) -> Iterator[str]:
    caps = instructor.availability.limits.caps
    for one in new:
        day = one.start.astimezone(task.zone).date()
        monday = day - timedelta(days=day.isoweekday() - 1)
        counts: defaultdict[str, set[int]] = defaultdict(set)
        for other in [*new, *old]:
            on = other.start.astimezone(task.zone).date()
            for name, same in (
                ("day", on == day),
                ("week", monday <= on < monday + timedelta(days=7)),
                ("month", (on.year, on.month) == (day.year, day.month)),
                ("year", on.year == day.year),
                ("branch_quarter", _quarter(on) == _quarter(day)
                 and other.organisation == one.organisation),
            ):  # fmt: skip
                if same:
                    counts[name].add(other.id)
        for name, lectures in counts.items():
            most = getattr(caps, name)
            if most is not None and len(lectures) > most:
                yield f"instructor {instructor.id}: more than {most} in a {name}"


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


def measure(task: Task, plan: Plan) -> Measure:
    """The measure of a plan, from its definition."""
    days = _period(task)
    travel = load = 0
    for instructor in task.instructors:
        new, old = planned(task, plan, instructor.id), existing(instructor)
        home = Place(instructor.region_code)
        at: defaultdict[date, list[Place]] = defaultdict(list)
        for lecture in [*old, *new]:
            day = lecture.start.astimezone(task.zone).date()
            if lecture.place is None:
                continue
            if lecture in new:
                travel += min(way(lecture.place, place) for place in [home, *at[day]])
            at[day].append(lecture.place)
        in_period = {
            one.id for one in old if days[0] <= one.start.astimezone(task.zone).date() <= days[1]
        }
        load += (len(in_period) + len(new)) ** 2
    return Measure(len(task.needs) - len(plan.assignments), travel, load)


def _period(task: Task) -> tuple[date, date]:
    windows = [window for need in task.needs for window in need.windows]
    first = min(begin for begin, _end in windows).astimezone(task.zone).date()
    last = (max(end for _begin, end in windows) - timedelta(seconds=1)).astimezone(task.zone).date()
    return max(first, task.first), min(last, task.last)
