"""A month of an instructor's days, and the times of one of them, for one slot request. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.day_parts import HalfDay, SlotTemplate
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.zones import local_date
from booking.availability.month.engine.days import Day, DayFinder
from booking.availability.month.engine.months import (
    first_of_month,
    month_after,
    read_day,
    read_month,
    weeks_of,
)
from booking.lectures.schedules.queries import Schedules

FURTHEST = timedelta(days=366)
"""Upper bound of any booking horizon."""

_DAY = timedelta(days=1)

PartsOfDay = dict[HalfDay, list[Interval]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a URL asks for: a day, else a month (by its first day), else the first free day."""

    day: date | None = None
    month: date | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks, Monday first, with the chosen day. Days of other months are None."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]
    chosen: Day | None
    """The day whose times are shown; it may lie outside the month, if it can never be booked."""
    previous: date | None
    next: date | None
    """The first days of the months before and after; None where nothing can be booked there."""
    bounds: tuple[date, date]
    """Today, and the last day that can be booked."""
    next_free: Interval | None
    """The first slot on a later day than the chosen one, or after the month if none is chosen."""
    first_free: Interval | None
    """The first slot of all."""

    @property
    def last(self) -> date:
        """The last day of the month."""
        return month_after(self.first) - _DAY


def read_wanted(parameters: Mapping[str, str]) -> Wanted:
    """The parameters `day` (2026-12-02) and `month` (2026-12); what is invalid is left out."""
    day = read_day(parameters.get("day", ""))
    return Wanted(day, None if day else read_month(parameters.get("month", "")))


def month_shown(
    schedule: Schedules, instructor_id: int, slot_request: SlotRequest, wanted: Wanted
) -> Month:
    """The month with the wanted day, no further than from today to the last day of the horizon.

    Without a wanted day the first free one is chosen: of the wanted month, else of all.
    """
    known, zone = schedule.known[instructor_id], schedule.zone
    taken = schedule.taken.get(instructor_id, ())
    finder = DayFinder(known, taken, slot_request, now=schedule.now, zone=zone)
    today = local_date(schedule.now, zone)
    last = today + timedelta(days=known.rules.horizon_days)
    free = schedule.first_offered(instructor_id, slot_request)
    asked = wanted.day or wanted.month or (local_date(free[0], zone) if free else today)
    first = first_of_month(min(max(asked, today), last))
    following = month_after(first)
    days = {one.day: one for one in finder.days(first, following - _DAY)}
    if wanted.day is None:
        chosen = next((one for one in days.values() if one.free), None)
    else:
        chosen = days.get(wanted.day) or finder.day(wanted.day)
    since = min(max(chosen.day + _DAY, today), last + _DAY) if chosen else following
    return Month(
        first,
        tuple(tuple(days.get(day) for day in week) for week in weeks_of(first)),
        chosen,
        month_after(first, -1) if first > today else None,
        following if following <= last else None,
        (today, last),
        schedule.first_offered(instructor_id, slot_request, since),
        free,
    )


def by_part(slots: Sequence[Interval], template: SlotTemplate, zone: ZoneInfo) -> PartsOfDay:
    """Slots by part of the day, by the slot template of the instructor's region."""
    parts: PartsOfDay = defaultdict(list)
    for slot in slots:
        start = slot[0].astimezone(zone)
        parts[template.part_of(start.hour * 60 + start.minute)].append(slot)
    return parts
