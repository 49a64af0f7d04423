"""Which rule a whole day is said to be closed by, where several times of it are closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.availability.engine.hours import HolidayPolicy, Hours, WeeklyHours
from booking.availability.engine.limits import DaySpan, Limits
from booking.availability.engine.offers import (
    Availability,
    Booked,
    BookingRules,
    SlotRequest,
    WhyNot,
)
from booking.availability.month.engine.days import Closed, DayFinder
from booking.lectures.engine.day_reasons import day_refusal
from booking.lectures.words import CLOSED_DAYS

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday, 10:00
AT_ONCE = BookingRules(notice_days=0)


def known(*stretches: tuple[int, int], rules: BookingRules = AT_ONCE) -> Availability:
    """Open on Mondays, in hours from and to."""
    week = tuple(WeeklyHours(0, start * 60, end * 60) for start, end in stretches)
    return Availability(Hours(week, (), HolidayPolicy(), {}), rules)


def hold(day: date, start: int, end: int) -> Booked:
    """A lecture of another branch."""
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return Booked(
        noon + timedelta(hours=start - 12), noon + timedelta(hours=end - 12), lecture_id=1
    )


def closed(
    availability: Availability, day: date, *booked: Booked, now: datetime = NOW
) -> Closed | None:
    """What closes a day to a lecture of two hours."""
    finder = DayFinder(availability, booked, SlotRequest(120), now=now, zone=ZONE)
    return finder.day(day).closed


def why(
    availability: Availability, day: date, *booked: Booked, now: datetime = NOW
) -> WhyNot | None:
    told = closed(availability, day, *booked, now=now)
    return None if told is None else told.refused.why


NEXT = MONDAY + timedelta(days=7)


def test_another_lecture_is_told_before_hours_that_are_too_short() -> None:
    hours = known((8, 9), (14, 17))

    assert why(hours, NEXT) is None
    assert why(hours, NEXT, hold(NEXT, 14, 16)) is WhyNot.TAKEN
    assert closed(known((8, 9)), NEXT, hold(NEXT, 14, 16)) == Closed(
        closed(known((8, 9)), NEXT).refused,  # type: ignore[union-attr]
        too_short=True,
    )


@pytest.mark.parametrize(
    ("rules", "stretches", "told"),
    [
        (BookingRules(notice_days=3), [(8, 20)], WhyNot.NOTICE),
        (BookingRules(notice_days=3), [(8, 9)], WhyNot.NOTICE),  # these hours are over
        (BookingRules(notice_days=3), [], WhyNot.NOTICE),
        (AT_ONCE, [(8, 10)], WhyNot.PAST),
        (AT_ONCE, [(8, 11)], WhyNot.OUTSIDE_HOURS),  # an hour of them is left
        (AT_ONCE, [(8, 12)], None),
    ],
)
def test_of_today_what_is_to_come_counts(
    rules: BookingRules, stretches: list[tuple[int, int]], told: WhyNot | None
) -> None:
    assert why(known(*stretches, rules=rules), MONDAY) is told
    evening = NOW + timedelta(hours=12)
    assert why(known(*stretches, rules=rules), MONDAY, now=evening) in (
        WhyNot.NOTICE, WhyNot.PAST, WhyNot.OUTSIDE_HOURS,
    )  # fmt: skip


def test_a_private_calendar_is_told_like_a_day_without_hours() -> None:
    """Otherwise the month would tell who keeps a calendar elsewhere."""
    noon = datetime(2026, 11, 30, 4, tzinfo=UTC)
    busy = replace(
        known((8, 20)), external_busy=[(noon - timedelta(hours=9), noon + timedelta(hours=9))]
    )
    private, without = closed(busy, NEXT), closed(known((8, 20)), NEXT + timedelta(days=1))

    assert private is not None
    assert without is not None
    assert [private.refused.why, without.refused.why] == [
        WhyNot.EXTERNAL_BUSY,
        WhyNot.OUTSIDE_HOURS,
    ]
    assert day_refusal(private) == day_refusal(without)
    assert CLOSED_DAYS[private.refused.why] == CLOSED_DAYS[without.refused.why]


def test_a_lecture_of_nobody_is_nobodys_own() -> None:
    finder = DayFinder(known((8, 20)), [hold(NEXT, 9, 11)], SlotRequest(60), now=NOW, zone=ZONE)

    assert finder.day(NEXT).own == ()


def test_a_day_outside_the_term_says_so() -> None:
    hours = replace(known((8, 20)), limits=Limits(terms=(DaySpan(MONDAY, MONDAY),)))

    assert [why(hours, day) for day in (MONDAY, NEXT)] == [None, WhyNot.OUTSIDE_TERM]


@pytest.mark.parametrize("reason", WhyNot)
def test_every_reason_has_a_word(reason: WhyNot) -> None:
    assert reason in CLOSED_DAYS
