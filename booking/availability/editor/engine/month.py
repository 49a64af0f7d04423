"""The whole weeks of a month, from today on. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

_WEEK = timedelta(days=7)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def first_of_month(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month `count` months after that of `month`; before, if negative."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def weeks_of_month(month: date, today: date) -> list[list[date]]:
    """The weeks, Monday first, with a day of the month, without those that end before today.

    Days of the months around it are among them. One week at least, also of a past month.
    """
    last = month_after(month) - timedelta(days=1)
    monday = _monday(min(max(month, today), last))
    weeks = []
    while monday <= last:
        weeks.append([monday + timedelta(days=day) for day in range(7)])
        monday += _WEEK
    return weeks


def read_month(text: str) -> date | None:
    """The first day of a month written as 2026-12; None for any other text."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 2000:
        return None
    return date(int(found[1]), int(found[2]), 1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
