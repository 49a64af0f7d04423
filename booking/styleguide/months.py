"""Invented months, calendars and days of lectures. Only days off are read from the database."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from types import SimpleNamespace

from booking import clock, i18n
from booking.availability.engine.hours import HolidayPolicy, Hours, WeeklyHours
from booking.availability.engine.offers import (
    Availability,
    Booked,
    BookingRules,
    SlotRequest,
    WhyNot,
)
from booking.availability.engine.zones import local_instant
from booking.db import db
from booking.instructors.engine.vocabulary import Format
from booking.lectures.calendar.engine.open_time import OpenTime
from booking.lectures.calendar.engine.periods import Period
from booking.lectures.engine.states import State
from booking.lectures.engine.transitions import HOLDING
from booking.lectures.engine.ways import Way
from booking.lectures.request_form.month import FURTHEST, Wanted, month_shown
from booking.lectures.request_form.month_page import MonthPage, month_page
from booking.lectures.schedules.queries import Schedules

LESSON = timedelta(minutes=90)
_OWN = 1
"""The organisation that looks at the month."""


def month(region_code: str, wanted: Wanted, *, opens: int | None, minutes: int) -> MonthPage:
    """A month of somebody who can be booked on four weekdays from the hour `opens` to 17:00.

    None opens no hours. Two days from now the looking organisation has a lecture.
    """
    now, zone, today = clock.now(), i18n.zone(), i18n.today()
    weekly = () if opens is None else tuple(WeeklyHours(n, opens * 60, 1020) for n in range(4))
    hours = Hours(weekly, (), HolidayPolicy(), {})
    own = local_instant(today + timedelta(days=2), 540, zone)
    schedule = Schedules(
        now,
        zone,
        today,
        today + FURTHEST,
        {1: Availability(hours, BookingRules(notice_days=1, horizon_days=60))},
        {1: [Booked(own, own + LESSON, organisation_id=_OWN, lecture_id=1)]},
    )
    slot_request = SlotRequest(minutes, organisation_id=_OWN)
    shown = month_shown(schedule, 1, slot_request, wanted)
    return month_page(db.session(), schedule, 1, region_code, shown)


def entries(period: Period, lecture: SimpleNamespace) -> SimpleNamespace:
    """Lectures in each state that a calendar shows; on one day more than a month shows."""
    by_day: dict[date, list[SimpleNamespace]] = defaultdict(list)
    states = [state for state in State if state in HOLDING]
    for number, day in enumerate(period.days[1::2]):
        for count in range(7 if number == 1 else 1):
            start = local_instant(day, 510 + 90 * count, i18n.zone())
            entry = dict(
                vars(lecture),
                state=states[number % len(states)],
                starts_at=start,
                ends_at=start + LESSON,
                instructor=lecture.instructor.name,
                organisation=lecture.organisation.name,
            )
            by_day[day].append(SimpleNamespace(**entry))
    return SimpleNamespace(by_day=by_day)


def open_time(period: Period) -> dict[date, OpenTime]:
    """Free, busy and closed days in turn."""

    found = {}
    for number, day in enumerate(period.days):
        free, busy = (local_instant(day, minute, i18n.zone()) for minute in (840, 600))
        found[day] = (
            OpenTime(closed=WhyNot.SUSPENDED)
            if number % 3 == 2
            else OpenTime(((free, free + LESSON),), ((busy, busy + LESSON),) * (number % 3))
        )
    return found


def around(lecture: SimpleNamespace) -> SimpleNamespace:
    """The day around a lecture: one before it in another district, one online after it."""

    def other(hours: int, state: State, kind: Format) -> SimpleNamespace:
        shift = timedelta(hours=hours)
        values = dict(
            vars(lecture),
            id=hours,
            state=state,
            starts_at=lecture.starts_at + shift,
            ends_at=lecture.ends_at + shift,
            format=kind,
            region=SimpleNamespace(name="岫云县", name_en="Xiuyun County"),
        )
        return SimpleNamespace(**values)

    lectures = [
        other(-3, State.CONFIRMED, Format.LECTURE),
        lecture,
        other(4, State.REQUESTED, Format.ONLINE),
    ]
    return SimpleNamespace(lectures=lectures, ways=[Way(45, 90), Way(0, 150)])
