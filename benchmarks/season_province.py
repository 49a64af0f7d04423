"""A season of the demonstration province from a seed: needs, instructors, hours and lectures.

Instructors, branches and what they want are drawn by the demonstration's own generators. Windows of
needs and caps of instructors are added here, as the demonstration has none.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

from booking.availability.engine.hours import (
    DayKind,
    HolidayPolicy,
    Hours,
    Override,
    OverrideKind,
    WeeklyHours,
)
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import NO_CAPS, Caps, Limits
from booking.availability.engine.offers import Availability, Booked, BookingRules, SlotRequest
from booking.availability.engine.slots import SlotFinder
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import day_bounds, local_instant
from booking.demo.engine import data
from booking.demo.engine.demand import Wanted, demand
from booking.demo.engine.people import DemoBranch, DemoPerson, branches, people
from booking.instructors.engine.vocabulary import Format
from booking.season_plans.engine.task import Eligibility, InstructorSchedule, Need, Task

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 8, 24, 1, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 1), date(2026, 10, 31)
"""The two months of the needs."""

EXISTING_SHARE = (LAST - FIRST).days / 360
"""The demonstration's lectures lie in 360 days."""

_DAYS = {day: DayKind.OFF for day in holidays if day.weekday() < 5} | {
    day: DayKind.WORK for day in workdays if day.weekday() >= 5
}
_CAPS = (NO_CAPS, Caps(day=2, week=4), Caps(day=1, month=6), Caps(week=3, branch_quarter=2))
_CAPS_WEIGHTS = (60, 20, 10, 10)
EXACT_SHARE = 0.6
"""Of the needs: they name a topic; the others only its field."""

_ONLINE_SHARE = 0.5
"""Of the needs whose topic can be held online."""


def season(needs: int, instructors: int, seed: int = 20260928) -> Task:
    """The task of planning `needs` needs with `instructors` instructors."""
    rng = random.Random(seed)
    size = next(one for one in data.SIZES.values() if one.instructors >= instructors)
    known = people(rng, instructors)
    units = branches(rng, size.branches)
    availabilities = [_availability(rng, person) for person in known]
    lectures = round(size.lectures * EXISTING_SHARE * instructors / size.instructors)
    booked = _booked(demand(rng, lectures, FIRST, LAST, known, units), availabilities, units)
    schedules = tuple(
        InstructorSchedule(index, person.region, availabilities[index], tuple(booked[index]))
        for index, person in enumerate(known)
    )
    wanted = demand(rng, needs, FIRST, LAST, known, units)
    return Task(
        tuple(_need(rng, index, one, known, units) for index, one in enumerate(wanted)),
        schedules,
        first=NOW.astimezone(ZONE).date(),
        last=NOW.astimezone(ZONE).date() + timedelta(days=BookingRules().horizon_days),
        now=NOW,
        zone=ZONE,
    )


def _availability(rng: random.Random, person: DemoPerson) -> Availability:
    overrides: tuple[Override, ...] = ()
    if rng.random() < 0.3:
        first = FIRST + timedelta(days=rng.randrange(55))
        overrides = (
            Override(first, first + timedelta(days=rng.randrange(5)), OverrideKind.CLOSED),
        )
    return Availability(
        Hours(
            tuple(WeeklyHours(*hours) for hours in person.hours), overrides, HolidayPolicy(), _DAYS
        ),
        BookingRules(buffer_minutes=rng.choice([0, 0, 15, 30])),
        Limits(caps=rng.choices(_CAPS, _CAPS_WEIGHTS)[0]),
    )


def _booked(
    wanted: Iterable[Wanted], availabilities: Sequence[Availability], units: Sequence[DemoBranch]
) -> dict[int, list[Booked]]:
    """The lectures that exist already: each wanted one that finds a free time on its day."""
    booked: defaultdict[int, list[Booked]] = defaultdict(list)
    for number, one in enumerate(wanted):
        place = Place(units[one.branch].region, one.place)
        finder = SlotFinder(first=one.day, last=one.day, now=NOW, zone=ZONE)
        slots = finder.each(
            availabilities[one.person],
            booked[one.person],
            SlotRequest(data.TOPICS[one.topic].minutes, place, one.branch),
        )
        slot = next(iter(slots), None)
        if slot:
            booked[one.person].append(Booked(*slot, place, one.branch, lecture_id=number))
    return booked


def _need(
    rng: random.Random,
    index: int,
    wanted: Wanted,
    known: Sequence[DemoPerson],
    units: Sequence[DemoBranch],
) -> Need:
    """A need for what is wanted: for exactly the topic, or for one of its field."""
    region, topic = units[wanted.branch].region, data.TOPICS[wanted.topic]
    exact = rng.random() < EXACT_SHARE
    online = Format.ONLINE in topic.formats and rng.random() < _ONLINE_SHARE
    taught = [
        (number, _fitting(person, wanted.topic, exact)) for number, person in enumerate(known)
    ]
    eligible = [
        (number, Eligibility(number, choice, data.TOPICS[choice].minutes))
        for number, choice in taught
        if choice is not None
    ]
    here = {data.PROVINCE, data.city_of(region)}
    return Need(
        index,
        wanted.branch,
        None if online else Place(region, wanted.place),
        _windows(rng, wanted.day),
        tuple(one for number, one in eligible if online or here & set(known[number].serves)),
        eligible_online=tuple(
            one for _, one in eligible if Format.ONLINE in data.TOPICS[one.topic_id].formats
        ),
        eligible_elsewhere=tuple(
            one for number, one in eligible if not online and not here & set(known[number].serves)
        ),
    )


def _fitting(person: DemoPerson, topic: int, exact: bool) -> int | None:
    """The topic of a person that fits a need, or None."""
    if topic in person.topics:
        return topic
    if exact:
        return None
    field = data.TOPICS[topic].field
    return next((one for one in person.topics if data.TOPICS[one].field == field), None)


def _windows(rng: random.Random, day: date) -> tuple[Interval, ...]:
    """Up to three half-days, a week, or a month; the day lies in one of them."""
    kind = rng.random()
    if kind < 0.3:
        return tuple(_half_day(rng, one) for one in (day, *_some_days(rng, 2)))
    first, last = _span(rng, day, 7 if kind < 0.6 else 31)
    return ((day_bounds(first, ZONE)[0], day_bounds(last, ZONE)[1]),)


def _half_day(rng: random.Random, day: date) -> Interval:
    """A morning or an afternoon."""
    first, last = rng.choice([(8 * 60, 12 * 60), (12 * 60, 18 * 60)])
    return local_instant(day, first, ZONE), local_instant(day, last, ZONE)


def _some_days(rng: random.Random, most: int) -> list[date]:
    return [FIRST + timedelta(days=rng.randrange(61)) for _ in range(rng.randrange(most + 1))]


def _span(rng: random.Random, day: date, length: int) -> tuple[date, date]:
    """So many days in the two months, which contain a day."""
    first = max(FIRST, min(day - timedelta(days=rng.randrange(length)), LAST))
    return first, min(LAST, first + timedelta(days=length - 1))
