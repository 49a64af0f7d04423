"""Maintain the calendar of days off and make-up workdays (调休).

A year is official once the State Council's schedule for it is available, from the installed
`chinesecalendar` or from an imported file. Until then its statutory days off are estimated, without
make-up workdays: that counts working days conservatively, and pages state it.

A file replaces the years that it covers. Of other years it has single days only, such as the last
days of December in next year's schedule: these are stored beside the existing days of that year, do
not make it official, and stay when that year's own schedule is imported or estimated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import chinese_calendar
import holidays
from sqlalchemy import delete, extract, select
from sqlalchemy.orm import Session

from booking import audit
from booking.availability.engine.hours import DayKind
from booking.availability.holidays.files import NamedDay, Schedule
from booking.availability.holidays.sources import BY_HAND, ESTIMATE, LIBRARY
from booking.availability.models import CalendarDay
from booking.errors import Invalid
from booking.sentences import N_
from booking.text import one_line

YEARS_AHEAD = 2
"""Bookings reach at most a year ahead, so the year after next is filled before it is needed."""

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class DayState:
    """What a day is: off or a make-up workday, with its name; None for an ordinary day."""

    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day as it is, and as it would be."""

    day: date
    before: DayState | None
    after: DayState | None


def stale_years(session: Session, *, this_year: int) -> list[int]:
    """The years from last year to the year after next that `seed_days` would write. One query.

    Empty once they are written: an official year stays as it is, and an estimated one until its
    schedule is available.
    """
    years = range(this_year - 1, this_year + YEARS_AHEAD + 1)
    year_of_day = extract("year", CalendarDay.day)
    query = select(year_of_day, CalendarDay.official, CalendarDay.source).distinct()
    stored = {
        (int(year), bool(official), source) for year, official, source in session.execute(query)
    }
    official = {year for year, is_official, _source in stored if is_official}
    estimated = {year for year, _official, source in stored if source == ESTIMATE}
    return [
        year
        for year in years
        if year not in official and (year not in estimated or _library_days(year))
    ]


def seed_days(session: Session, *, this_year: int) -> int:
    """Write the years from last year to the year after next that are missing or improved.

    Official years and imported days stay as they are. Returns the number of rows written.
    """
    written = 0
    for year in stale_years(session, this_year=this_year):
        official_days = _library_days(year)
        if official_days:
            written += _replace(session, year, official_days, official=True, source=LIBRARY)
        else:
            written += _replace(
                session, year, _estimated_days(year), official=False, source=ESTIMATE
            )
    return written


def import_days(session: Session, *, schedule: Schedule, source: str) -> dict[int, int]:
    """Replace the days of the years that an official file covers, and make these years official.

    Days of other years are added or corrected one by one. Returns the number of rows written by
    year. A file without days changes nothing.
    """
    written = _apply(session, schedule, source)
    if written:
        detail = {"years": sorted(written), "rows": sum(written.values())}
        audit.record(session, audit.Action.DAYS_IMPORTED, detail=detail)
    return written


def preview_import(session: Session, *, schedule: Schedule, source: str) -> list[DayChange]:
    """The days that an import would change, in order. Nothing stays written.

    To be called in a unit of work: the import is carried out and rolled back.
    """
    before = _states(session)
    attempt = session.begin_nested()
    _apply(session, schedule, source)
    after = _states(session)
    attempt.rollback()
    return [
        DayChange(day, before.get(day), after.get(day))
        for day in sorted(before.keys() | after.keys())
        if before.get(day) != after.get(day)
    ]


def change_day(session: Session, *, day: date, state: DayState | None) -> DayChange:
    """Set what one day is, whatever a schedule says; None makes it an ordinary day.

    Such a day is kept when its year is filled or imported anew. Raises `Invalid` without a name.
    """
    row = session.get(CalendarDay, day)
    change = DayChange(day, None if row is None else DayState(row.kind, row.name), state)
    if row is not None:
        session.delete(row)
        session.flush()
    if state is not None:
        name = one_line(state.name)[:LONGEST_NAME]
        if not name:
            raise Invalid(N_("Give the day a name, such as Spring Festival."), field="name")
        _write(session, [NamedDay(day, state.kind, name)], False, BY_HAND)
    audit.record(
        session,
        audit.Action.DAY_CHANGED,
        detail={"day": day.isoformat()} | audit.changes(_facts(change.before), _facts(state)),
    )
    session.flush()
    return change


def _facts(state: DayState | None) -> dict[str, str]:
    return {} if state is None else {"kind": state.kind.value, "name": state.name}


def _states(session: Session) -> dict[date, DayState]:
    query = select(CalendarDay.day, CalendarDay.kind, CalendarDay.name)
    return {day: DayState(kind, name) for day, kind, name in session.execute(query)}


def _apply(session: Session, schedule: Schedule, source: str) -> dict[int, int]:
    """Write what an import writes; returns the number of rows by year."""
    if not schedule.days:
        return {}
    source = source[:120]
    # Days of other years from an earlier version of this file may be missing in the new one.
    session.execute(
        delete(CalendarDay).where(CalendarDay.official.is_(False), CalendarDay.source == source)
    )
    by_year: dict[int, list[NamedDay]] = {}
    for day in schedule.days:
        by_year.setdefault(day.day.year, []).append(day)
    return {
        year: _replace(session, year, days, official=True, source=source)
        if year in schedule.years
        else _add(session, days, source=source)
        for year, days in sorted(by_year.items())
    }


def _replace(
    session: Session, year: int, days: Iterable[NamedDay], *, official: bool, source: str
) -> int:
    """Rewrite a year, except for single days that the file of another year contributed."""
    of_year = extract("year", CalendarDay.day) == year
    replaceable = CalendarDay.official.is_(True) | (CalendarDay.source == ESTIMATE)
    session.execute(delete(CalendarDay).where(of_year, replaceable))
    kept = set(session.scalars(select(CalendarDay.day).where(of_year)))
    return _write(session, (named for named in days if named.day not in kept), official, source)


def _add(session: Session, days: list[NamedDay], *, source: str) -> int:
    dates = [named.day for named in days]
    by_hand = select(CalendarDay.day).where(
        CalendarDay.day.in_(dates), CalendarDay.source == BY_HAND
    )
    kept = set(session.scalars(by_hand))
    session.execute(
        delete(CalendarDay).where(CalendarDay.day.in_(dates), CalendarDay.source != BY_HAND)
    )
    return _write(session, (named for named in days if named.day not in kept), False, source)


def _write(session: Session, days: Iterable[NamedDay], official: bool, source: str) -> int:
    rows = {
        named.day: CalendarDay(
            day=named.day,
            kind=named.kind,
            name=named.name[:60],
            official=official,
            source=source,
        )
        for named in days
    }
    session.add_all(rows.values())
    session.flush()
    return len(rows)


def _library_days(year: int) -> list[NamedDay]:
    """The official days of a year in `chinesecalendar`; empty if it does not have the year."""
    tables = (
        (DayKind.OFF, chinese_calendar.constants.holidays),
        (DayKind.WORK, chinese_calendar.constants.workdays),
    )
    return [
        NamedDay(day, kind, chinese_calendar.Holiday(name).chinese)
        for kind, table in tables
        for day, name in table.items()
        if day.year == year
    ]


def _estimated_days(year: int) -> list[NamedDay]:
    """The days off by law, without the exchanged days that each year's schedule adds."""
    name_by_day = holidays.country_holidays("CN", years=year, language="zh_CN")
    return [NamedDay(day, DayKind.OFF, name) for day, name in name_by_day.items()]
