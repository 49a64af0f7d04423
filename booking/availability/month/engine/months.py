"""Months and their weeks, and how an address names a day or a month. Pure."""

from __future__ import annotations

from calendar import Calendar
from datetime import date

YEARS = range(1000, 9000)
"""Years accepted in a URL; beyond them date arithmetic may overflow."""


def first_of_month(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def month_after(day: date, count: int = 1) -> date:
    """The first day of the month `count` months after that of `day`; before, if negative."""
    number = day.year * 12 + day.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def weeks_of(month: date, since: date = date.min) -> list[list[date]]:
    """The weeks of the month with the day `month`, Monday first, with the days around it.

    Weeks that end before `since` are left out.
    """
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    return [week for week in weeks if week[-1] >= since]


def read_day(text: str) -> date | None:
    """A day of ISO 8601 within `YEARS`; None for other texts."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def read_month(text: str) -> date | None:
    """The first day of a month written as 2026-12; None for any other text."""
    return read_day(f"{text}-01")
