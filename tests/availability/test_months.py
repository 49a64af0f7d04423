"""Months, their whole weeks, and how addresses name them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.availability.month.engine.months import (
    first_of_month,
    month_after,
    read_month,
    weeks_of,
)

DECEMBER = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("month", "today", "first", "weeks"),
    [
        (DECEMBER, date(2026, 11, 23), date(2026, 11, 30), 5),
        (DECEMBER, date(2026, 12, 1), date(2026, 11, 30), 5),
        (DECEMBER, date(2026, 12, 6), date(2026, 11, 30), 5),
        (DECEMBER, date(2026, 12, 7), date(2026, 12, 7), 4),
        (DECEMBER, date(2026, 12, 31), date(2026, 12, 28), 1),
        (date(2026, 2, 1), date(2025, 1, 1), date(2026, 1, 26), 5),
        (date(2027, 2, 1), date(2025, 1, 1), date(2027, 2, 1), 4),
    ],
)
def test_weeks_begin_with_that_of_today(month: date, today: date, first: date, weeks: int) -> None:
    found = weeks_of(month, today)

    days = [day for week in found for day in week]
    assert (days[0], len(found)) == (first, weeks)
    assert days == [first + timedelta(days=offset) for offset in range(7 * weeks)]
    assert month_after(month) - timedelta(days=1) in found[-1]


def test_months_before_and_after() -> None:
    around = [month_after(DECEMBER, count) for count in (-12, -1, 0, 1, 13)]
    assert [str(month)[:7] for month in around] == [
        "2025-12", "2026-11", "2026-12", "2027-01", "2028-01",
    ]  # fmt: skip
    assert first_of_month(date(2026, 12, 31)) == DECEMBER


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "0999-12", "2026-1", "+026-12"])
def test_other_texts_are_no_month(text: str) -> None:
    assert read_month(text) is None
    assert read_month("2026-12") == DECEMBER
