"""A lecture that is held at two times: its own holds neither close time nor count twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.availability.engine.hours import Hours, WeeklyHours
from booking.availability.engine.limits import Caps, Limits
from booking.availability.engine.offers import (
    Availability,
    Booked,
    BookingRules,
    SlotRequest,
    WhyNot,
)
from booking.availability.engine.slots import SlotFinder, offered, why_not
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_instant

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 10, 12)
TUESDAY = MONDAY + timedelta(days=1)
NOW = local_instant(date(2026, 9, 1), 0, ZONE)
HALL, FAR = Place("990102", "文化馆"), Place("990202", "礼堂")
MOVED, OTHER = 7, 8
WEEK = tuple(WeeklyHours(weekday, 480, 720) for weekday in range(5))


def at(hour: int, day: date = MONDAY) -> datetime:
    return local_instant(day, hour * 60, ZONE)


def hold(hour: int, lecture: int, day: date = MONDAY, place: Place | None = None) -> Booked:
    return Booked(at(hour, day), at(hour + 1, day), place, 1, lecture_id=lecture)


def why(
    booked: list[Booked],
    hour: int,
    lecture: int | None,
    *,
    caps: Caps | None = None,
    buffer: int = 0,
    place: Place | None = None,
) -> WhyNot | None:
    """Why an hour of Monday is closed; the list and the lazy search must agree."""
    rules = BookingRules(step_minutes=60, buffer_minutes=buffer)
    known = Availability(Hours(WEEK), rules, Limits(caps=caps or Caps()))
    asked = SlotRequest(60, place, organisation_id=1, lecture_id=lecture)
    refused = why_not(known, booked, asked, at(hour), now=NOW, zone=ZONE)
    listed = offered(known, booked, asked, first=MONDAY, last=MONDAY, now=NOW, zone=ZONE)
    finder = SlotFinder(first=MONDAY, last=TUESDAY, now=NOW, zone=ZONE)
    found = next(finder.each(known, booked, asked, (at(hour), at(hour + 1))), None)
    assert (refused is None) == (found is not None) == (at(hour) in [slot[0] for slot in listed])
    return refused.why if refused else None


@pytest.mark.parametrize(
    ("hour", "buffer", "place", "closed"),
    [
        (9, 0, None, WhyNot.TAKEN),
        (10, 30, None, WhyNot.BUFFER),
        (10, 0, FAR, WhyNot.TRAVEL),
    ],
)
def test_only_its_own_holds_leave_time_open(
    hour: int, buffer: int, place: Place | None, closed: WhyNot
) -> None:
    booked = [hold(9, MOVED, place=HALL)]

    assert why(booked, hour, MOVED, buffer=buffer, place=place) is None
    assert why(booked, hour, OTHER, buffer=buffer, place=place) is closed
    assert why(booked, hour, None, buffer=buffer, place=place) is closed


def test_both_its_times_are_closed_to_others() -> None:
    booked = [hold(9, MOVED), hold(11, MOVED)]

    assert [why(booked, hour, None) for hour in (9, 10, 11)] == [WhyNot.TAKEN, None, WhyNot.TAKEN]
    assert [why(booked, hour, MOVED) for hour in (9, 10, 11)] == [None] * 3


@pytest.mark.parametrize(
    ("caps", "second", "full"),
    [
        (Caps(day=1), MONDAY, WhyNot.DAY_FULL),
        (Caps(week=1), TUESDAY, WhyNot.WEEK_FULL),
        (Caps(month=1), date(2026, 10, 30), WhyNot.MONTH_FULL),
        (Caps(year=1), date(2026, 12, 31), WhyNot.YEAR_FULL),
        (Caps(branch_quarter=1), date(2026, 12, 31), WhyNot.BRANCH_QUARTER_FULL),
    ],
)
def test_a_lecture_at_two_times_counts_once(caps: Caps, second: date, full: WhyNot) -> None:
    two_places = Caps(*(cap and 2 * cap for cap in (
        caps.day, caps.week, caps.month, caps.year, caps.branch_quarter
    )))  # fmt: skip
    moved = [hold(8, MOVED), hold(9, MOVED, second)]
    others = [hold(8, MOVED), hold(9, OTHER, second)]

    assert why(moved, 11, None, caps=two_places) is None
    assert why(others, 11, None, caps=two_places) is full
    assert why(moved, 11, None, caps=caps) is full


def test_it_does_not_count_against_its_own_request() -> None:
    moved = [hold(8, MOVED), hold(9, MOVED, TUESDAY)]

    assert why(moved, 11, MOVED, caps=Caps(day=1, week=1, month=1, year=1)) is None
    assert why([*moved, hold(10, OTHER)], 11, MOVED, caps=Caps(day=1)) is WhyNot.DAY_FULL
