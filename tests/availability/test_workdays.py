"""Working days with 调休: 2026 as it was published."""

from datetime import date, timedelta

import pytest

from booking.availability.engine.hours import DayKind
from booking.availability.engine.workdays import (
    earliest_after_notice,
    is_workday,
    working_days_between,
)

MAKEUP = [date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 10, 10)]
DAYS = (
    dict.fromkeys(MAKEUP, DayKind.WORK)
    | {date(2026, 2, 15) + timedelta(n): DayKind.OFF for n in range(9)}
    | {date(2026, 5, 1) + timedelta(n): DayKind.OFF for n in range(5)}
    | {date(2026, 10, 1) + timedelta(n): DayKind.OFF for n in range(7)}
)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("saturday", MAKEUP)
def test_a_makeup_saturday_is_a_workday(saturday: date) -> None:
    assert is_workday(saturday, DAYS) is True
    assert is_workday(saturday, {}) is False


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (MONDAY, True),
        (date(2026, 11, 27), True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 29), False),
        (date(2026, 10, 1), False),  # Thursday, National Day
        (date(2026, 10, 3), False),  # Saturday within the holiday
        (date(2026, 10, 8), True),
    ],
)
def test_is_workday(day: date, works: bool) -> None:
    assert is_workday(day, DAYS) is works


def test_a_weekday_marked_work_is_a_workday() -> None:
    assert is_workday(MONDAY, {MONDAY: DayKind.WORK}) is True


@pytest.mark.parametrize(
    ("a", "b", "count"),
    [
        (MONDAY, MONDAY, 0),
        (MONDAY, date(2026, 11, 24), 1),
        (MONDAY, date(2026, 11, 30), 5),
        (date(2026, 11, 27), date(2026, 11, 29), 0),
        (date(2026, 11, 30), MONDAY, 0),
        (date(2026, 2, 13), date(2026, 2, 28), 6),  # Feb 14, 24, 25, 26, 27, 28
        (date(2026, 9, 30), date(2026, 10, 11), 3),  # Oct 8, 9, 10
        (date(2028, 2, 28), date(2028, 3, 1), 2),  # leap day
    ],
)
def test_working_days_between(a: date, b: date, count: int) -> None:
    assert working_days_between(a, b, DAYS) == count


@pytest.mark.parametrize(
    ("today", "notice", "earliest"),
    [
        (MONDAY, 3, date(2026, 11, 26)),  # Thursday: exactly three
        (MONDAY, 0, MONDAY),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),  # no notice: even a Saturday
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday -> Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 10, 8), 2, date(2026, 10, 10)),  # the make-up Saturday counts
        (date(2026, 10, 8), 3, date(2026, 10, 12)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 2, 13), 7, date(2026, 3, 2)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),  # 2027 is not in the calendar
    ],
)
def test_earliest_after_notice(today: date, notice: int, earliest: date) -> None:
    assert earliest_after_notice(today, notice, DAYS) == earliest


@pytest.mark.parametrize("notice", range(9))
def test_exactly_n_passes_and_the_day_before_does_not(notice: int) -> None:
    for today in (date(2026, 1, 25) + timedelta(n) for n in range(60)):
        passing = [
            day
            for day in (today + timedelta(n) for n in range(40))
            if working_days_between(today, day, DAYS) >= notice
        ]
        assert earliest_after_notice(today, notice, DAYS) == passing[0], today


def test_negative_notice_is_refused() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        earliest_after_notice(MONDAY, -1, DAYS)
