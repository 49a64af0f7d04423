"""Read instructors' hours and rules, many at once, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.availability import timetable
from booking.availability.hours import DayKind
from booking.availability.models import (
    BookingRule,
    CalendarDay,
    DateOverride,
    Suspension,
    Term,
    WeeklyBlock,
)
from booking.availability.offers import Availability
from booking.availability.rules import RuleSet

MOST_IDS = 2_000
"""Up to so many instructors are named in a statement."""


def special_days(session: Session, first: date, last: date) -> dict[date, CalendarDay]:
    """The days off and make-up workdays of a span of days, both ends inclusive."""
    query = select(CalendarDay).where(CalendarDay.day.between(first, last))
    return {row.day: row for row in session.scalars(query)}


def day_kinds(session: Session, first: date, last: date) -> dict[date, DayKind]:
    """The same as plain kinds, for the engine."""
    query = select(CalendarDay.day, CalendarDay.kind).where(CalendarDay.day.between(first, last))
    return dict(session.execute(query).all())


def unofficial_years(session: Session, first: date, last: date) -> list[int]:
    """The years from `first` to `last` whose days off are only estimated."""
    years = range(first.year, last.year + 1)
    year = extract("year", CalendarDay.day)
    query = select(year).where(CalendarDay.official.is_(True)).distinct()
    official = {int(found) for found in session.scalars(query)}
    return [year for year in years if year not in official]


def availabilities(
    session: Session,
    instructor_ids: Collection[int],
    first: date,
    last: date,
    *,
    days: Mapping[date, DayKind] | None = None,
) -> dict[int, Availability]:
    """Hours and rules of each instructor; the days of notice must lie within first..last.

    Two queries, whatever the number of instructors, or one where the `days` of this span are
    known already. Who keeps the same hours and rules as another shares one object with them.
    """
    if days is None:
        days = day_kinds(session, first, last)
    return timetable.availabilities(
        instructor_ids, _rows(session, instructor_ids, first, last), days
    )


def blocks_of(session: Session, instructor_id: int) -> Sequence[WeeklyBlock]:
    """The weekly hours of one instructor in the week's order."""
    query = (
        select(WeeklyBlock)
        .where(WeeklyBlock.instructor_id == instructor_id)
        .order_by(WeeklyBlock.weekday, WeeklyBlock.start_minute)
    )
    return session.scalars(query).all()


def overrides_of(session: Session, instructor_id: int, since: date) -> Sequence[DateOverride]:
    """The overrides of one instructor that are not over."""
    query = (
        select(DateOverride)
        .where(DateOverride.instructor_id == instructor_id, DateOverride.last >= since)
        .order_by(DateOverride.first, DateOverride.start_minute, DateOverride.id)
    )
    return session.scalars(query).all()


def rules_of(session: Session, instructor_id: int) -> RuleSet:
    """How one instructor takes bookings."""
    text = session.scalar(select(_rules_text()).where(BookingRule.instructor_id == instructor_id))
    return timetable.read_rules(text or "")


def among(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Rows of these instructors, or simply all rows where so many are asked for.

    A statement with tens of thousands of values is slow, and beyond 32,766 SQLite refuses it.
    Whoever reads must therefore be ready for rows of others.
    """
    return column.in_(ids) if len(ids) <= MOST_IDS else true()


def capped() -> Select[int]:
    """The instructors who teach only so often, for use within another statement."""
    one = BookingRule
    caps = (one.cap_day, one.cap_week, one.cap_month, one.cap_year, one.cap_branch_quarter)
    return select(one.instructor_id).where(or_(*(cap.is_not(None) for cap in caps)))


def _rows(session: Session, ids: Collection[int], first: date, last: date) -> list[timetable.Row]:
    """All that is kept of these instructors' time, in one statement; see `timetable`."""
    weeks, rules, overrides, terms, suspensions = _parts()
    parts = (
        weeks.where(among(WeeklyBlock.instructor_id, ids)),
        rules.where(among(BookingRule.instructor_id, ids)),
        overrides.where(
            among(DateOverride.instructor_id, ids),
            DateOverride.first <= last,
            DateOverride.last >= first,
        ),
        terms.where(among(Term.instructor_id, ids)),
        suspensions.where(among(Suspension.instructor_id, ids)),
    )
    return [(owner, kind, text) for owner, kind, text in session.execute(union_all(*parts))]


@cache
def _parts() -> tuple[Select[int, int, str], ...]:
    """The statements without their conditions: writing them anew took longer than running them."""
    override = _joined(
        DateOverride.first,
        DateOverride.last,
        DateOverride.kind,
        DateOverride.start_minute,
        DateOverride.end_minute,
    )
    suspension = _joined(Suspension.first, Suspension.last)
    return (
        select(WeeklyBlock.instructor_id, _kind(timetable.WEEK), _week_text()).group_by(
            WeeklyBlock.instructor_id
        ),
        select(BookingRule.instructor_id, _kind(timetable.RULES), _rules_text()),
        select(DateOverride.instructor_id, _kind(timetable.OVERRIDE), override),
        select(Term.instructor_id, _kind(timetable.TERM), _joined(Term.first, Term.last)),
        select(Suspension.instructor_id, _kind(timetable.SUSPENSION), suspension),
    )


def _kind(kind: int) -> ColumnElement[int]:
    return literal_column(str(kind), Integer)


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.coalesce(cast(column, String), "")


def _joined(*columns: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """The values of one row as a text."""
    text = _text(columns[0].expression)
    for column in columns[1:]:
        text = text + timetable.WITHIN + _text(column.expression)
    return text


def _week_text() -> ColumnElement[str]:
    """The blocks of one instructor; nearly all hold always, and are then one number each."""
    minute = 1 << timetable.MINUTE_BITS
    day, start, end = WeeklyBlock.weekday, WeeklyBlock.start_minute, WeeklyBlock.end_minute
    code = cast((day * minute + start) * minute + end, String)
    rest = _joined(
        WeeklyBlock.valid_from, WeeklyBlock.valid_to, WeeklyBlock.every_weeks, WeeklyBlock.week_of
    )
    always = and_(
        WeeklyBlock.valid_from.is_(None),
        WeeklyBlock.valid_to.is_(None),
        WeeklyBlock.every_weeks == 1,
    )
    text = case((always, code), else_=code + timetable.WITHIN + rest)
    return func.aggregate_strings(text, timetable.BETWEEN)


@cache
def _rules_text() -> ColumnElement[str]:
    one = BookingRule
    numbers = _joined(
        one.step_minutes,
        one.notice_days,
        one.horizon_days,
        one.buffer_minutes,
        one.shortest_minutes,
        one.longest_minutes,
    )
    closed = case((one.closed_on_holidays, "1"), else_="0")
    rest = _joined(
        one.makeup,
        one.makeup_weekday,
        one.cap_day,
        one.cap_week,
        one.cap_month,
        one.cap_year,
        one.cap_branch_quarter,
    )
    return numbers + timetable.WITHIN + closed + timetable.WITHIN + rest
