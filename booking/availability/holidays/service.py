"""Keep the calendar of days off and make-up workdays (调休).

A year is official once the State Council's schedule for it is known, from the installed
`chinesecalendar` or from an imported file. Until then its statutory days off are
estimated, without make-up workdays: that counts conservatively, and pages say so.

A file replaces the years that it is about. Of other years it names single days only, such as
the last days of December in next year's schedule: these are written beside what is known of
that year, make nothing official, and stay when that year's own schedule comes or is estimated.
"""

from __future__ import annotations

from collections.abc import Iterable

import chinese_calendar
import holidays
from sqlalchemy import delete, extract, select
from sqlalchemy.orm import Session

from booking import audit
from booking.availability.engine.hours import DayKind
from booking.availability.holidays.files import Schedule, SpecialDay
from booking.availability.models import CalendarDay

YEARS_AHEAD = 2
"""Bookings reach a year ahead at most; so the year after next is known before it is asked for."""

LIBRARY, ESTIMATE = "chinesecalendar", "holidays"
"""Sources of days that no file brought."""


def stale_years(session: Session, *, this_year: int) -> list[int]:
    """The years from the last one to the year after next that `seed_days` would write. One query.

    None, once they are written: an official year stays as it is, and an estimated one until its
    schedule is known.
    """
    years = range(this_year - 1, this_year + YEARS_AHEAD + 1)
    year = extract("year", CalendarDay.day)
    query = select(year, CalendarDay.official, CalendarDay.source).distinct()
    found = {(int(one), bool(official), source) for one, official, source in session.execute(query)}
    official = {one for one, is_official, _source in found if is_official}
    estimated = {one for one, _official, source in found if source == ESTIMATE}
    return [
        one
        for one in years
        if one not in official and (one not in estimated or _known_by_library(one))
    ]


def seed_days(session: Session, *, this_year: int) -> int:
    """Fill the years from the last one to the year after next, where there is something new.

    Official years and imported days stay as they are. Returns how many days were written.
    """
    written = 0
    for year in stale_years(session, this_year=this_year):
        known = _known_by_library(year)
        if known:
            written += _replace(session, year, known, official=True, source=LIBRARY)
        else:
            written += _replace(session, year, _estimated(year), official=False, source=ESTIMATE)
    return written


def import_days(session: Session, *, schedule: Schedule, source: str) -> dict[int, int]:
    """Make the years that an official file is about official: their days are replaced.

    Days of other years are added or corrected one by one. Returns how many days were written of
    each year. A file without days changes nothing.
    """
    if not schedule.days:
        return {}
    source = source[:120]
    # What the same file said of other years before, its new form may no longer say.
    session.execute(
        delete(CalendarDay).where(CalendarDay.official.is_(False), CalendarDay.source == source)
    )
    by_year: dict[int, list[SpecialDay]] = {}
    for day in schedule.days:
        by_year.setdefault(day.day.year, []).append(day)
    written = {
        year: _replace(session, year, found, official=True, source=source)
        if year in schedule.years
        else _add(session, found, source=source)
        for year, found in sorted(by_year.items())
    }
    years = {"years": sorted(written), "rows": sum(written.values())}
    audit.record(session, audit.Action.DAYS_IMPORTED, detail=years)
    return written


def _replace(
    session: Session, year: int, days: Iterable[SpecialDay], *, official: bool, source: str
) -> int:
    """Write a year anew, but for the single days that the file of another year names."""
    of_year = extract("year", CalendarDay.day) == year
    own = CalendarDay.official.is_(True) | (CalendarDay.source == ESTIMATE)
    session.execute(delete(CalendarDay).where(of_year, own))
    kept = set(session.scalars(select(CalendarDay.day).where(of_year)))
    return _write(session, (one for one in days if one.day not in kept), official, source)


def _add(session: Session, days: list[SpecialDay], *, source: str) -> int:
    named = [one.day for one in days]
    session.execute(delete(CalendarDay).where(CalendarDay.day.in_(named)))
    return _write(session, days, False, source)


def _write(session: Session, days: Iterable[SpecialDay], official: bool, source: str) -> int:
    rows = {
        one.day: CalendarDay(
            day=one.day, kind=one.kind, name=one.name[:60], official=official, source=source
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
