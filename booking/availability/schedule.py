"""Keep the calendar of days off and make-up workdays (调休).

A year is official once the State Council's schedule for it is known, from the installed
`chinesecalendar` or from an imported file. Until then its statutory days off are
estimated, without make-up workdays: that counts conservatively, and pages say so.
"""

from __future__ import annotations

from collections.abc import Iterable

import chinese_calendar
import holidays
from sqlalchemy import delete, extract, select
from sqlalchemy.orm import Session

from booking.availability.day_files import SpecialDay
from booking.availability.hours import DayKind
from booking.availability.models import CalendarDay

YEARS_AHEAD = 1
"""Bookings reach a year ahead at most."""


def seed_days(session: Session, *, this_year: int) -> int:
    """Fill the years from the last one to the next; official years stay as they are.

    Returns how many days were written.
    """
    written = 0
    for year in range(this_year - 1, this_year + YEARS_AHEAD + 1):
        if year in official_years(session):
            continue
        known = _known_by_library(year)
        if known:
            written += _replace(session, year, known, official=True, source="chinesecalendar")
        else:
            estimated = _estimated(year)
            written += _replace(session, year, estimated, official=False, source="holidays")
    return written


def import_days(session: Session, *, days: Iterable[SpecialDay], source: str) -> dict[int, int]:
    """Make the years of an official file official: their days are replaced.

    Returns how many days each year has. A year without days stays as it was.
    """
    by_year: dict[int, list[SpecialDay]] = {}
    for day in days:
        by_year.setdefault(day.day.year, []).append(day)
    return {
        year: _replace(session, year, found, official=True, source=source)
        for year, found in sorted(by_year.items())
    }


def official_years(session: Session) -> set[int]:
    """The years whose schedule is known."""
    year = extract("year", CalendarDay.day)
    query = select(year).where(CalendarDay.official.is_(True)).distinct()
    return {int(found) for found in session.scalars(query)}


def _replace(
    session: Session, year: int, days: Iterable[SpecialDay], *, official: bool, source: str
) -> int:
    session.execute(delete(CalendarDay).where(extract("year", CalendarDay.day) == year))
    rows = {
        one.day: CalendarDay(
            day=one.day, kind=one.kind, name=one.name[:60], official=official, source=source[:120]
        )
        for one in days
    }
    session.add_all(rows.values())
    session.flush()
    return len(rows)


def _known_by_library(year: int) -> list[SpecialDay]:
    tables = (
        (DayKind.OFF, chinese_calendar.constants.holidays),
        (DayKind.WORK, chinese_calendar.constants.workdays),
    )
    return [
        SpecialDay(day, kind, chinese_calendar.Holiday(name).chinese)
        for kind, table in tables
        for day, name in table.items()
        if day.year == year
    ]


def _estimated(year: int) -> list[SpecialDay]:
    """The days off that the law names, without the exchange of days that each year brings."""
    known = holidays.country_holidays("CN", years=year, language="zh_CN")
    return [SpecialDay(day, DayKind.OFF, name) for day, name in known.items()]
