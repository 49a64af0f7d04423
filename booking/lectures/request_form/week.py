"""The week of bookable slots on an instructor's page. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.day_parts import HalfDay, SlotTemplate
from booking.availability.engine.hours import local_date
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import SlotRequest
from booking.lectures.queries import Schedules

WEEK = timedelta(days=7)
FURTHEST = timedelta(days=366)
"""Upper bound of any booking horizon."""

PartsOfDay = dict[HalfDay, list[Interval]]


@dataclass(frozen=True, slots=True)
class Shown:
    """The slots of a week; if there are none: the next slot after it, and the first of all."""

    monday: date
    slots: Sequence[Interval] = ()
    next_free: Interval | None = None
    first_free: Interval | None = None

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)


def week_shown(
    schedule: Schedules,
    instructor_id: int,
    slot_request: SlotRequest | None,
    wanted: str,
    today: date,
) -> Shown:
    """The week with the day `wanted` (ISO 8601); if invalid, the first week with a slot."""
    monday = _requested_monday(wanted, today)
    if slot_request is None:
        return Shown(monday or _monday(today))
    if monday is None:
        first = schedule.first_offered(instructor_id, slot_request)
        monday = _monday(local_date(first[0], schedule.zone) if first else today)
    week = Shown(monday)
    slots = schedule.offered(instructor_id, slot_request, monday, week.sunday)
    if slots:
        return Shown(monday, slots)
    later = schedule.first_offered(instructor_id, slot_request, monday)
    return Shown(monday, (), later, later or schedule.first_offered(instructor_id, slot_request))


def by_day(
    slots: Sequence[Interval], template: SlotTemplate, zone: ZoneInfo
) -> dict[date, PartsOfDay]:
    """Slots by local day and part of the day, by the slot template of the instructor's region."""
    days: dict[date, PartsOfDay] = defaultdict(lambda: defaultdict(list))
    for slot in slots:
        start = slot[0].astimezone(zone)
        part = template.part_of(start.hour * 60 + start.minute)
        days[start.date()][part].append(slot)
    return days


def _requested_monday(value: str, today: date) -> date | None:
    try:
        return _monday(min(max(date.fromisoformat(value), today), today + FURTHEST))
    except ValueError:
        return None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
