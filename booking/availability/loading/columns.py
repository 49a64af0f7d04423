"""The SQL that encodes instructors' hours and rules as the short texts that `rows` decodes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.availability.external.models import BusySpan, OutsideCalendar
from booking.availability.loading import rows as row_texts
from booking.availability.models import (
    BookingRule,
    CalendarDay,
    DateOverride,
    Suspension,
    Term,
    Timetable,
    TimetableBlock,
    WeeklyBlock,
)
from booking.db import id_lists

_DAY = timedelta(days=1)


def rows(
    session: Session,
    ids: Collection[int],
    first: date,
    last: date,
    noticed: tuple[date, date],
) -> Sequence[row_texts.Row]:
    """All rows that decide about these instructors' days `first` to `last`, in one statement.

    The span `noticed` adds its days off and make-up workdays, as rows of instructor id 0.
    """
    named = id_lists.few(ids)
    values: dict[str, object] = id_lists.names(ids) if named else {}
    # An interval that begins on the last day may end on the next one.
    values |= {"first": first, "last": last + _DAY}
    values |= {"noticed_first": noticed[0], "noticed_last": noticed[1]}
    # Busy spans are UTC instants: the margins cover the local days of any zone.
    values["since"] = datetime.combine(first, time(), UTC) - _DAY
    values["until"] = datetime.combine(last, time(), UTC) + 2 * _DAY
    return session.connection().execute(_statement(named), values).all()


@cache
def _statement(named: bool) -> CompoundSelect[int, int, str]:
    """The statement of `rows`; with `named`, limited to the ids in its parameter."""
    weeks, timetables, rules, overrides, terms, suspensions, external, days = _parts()
    parts = (
        days.where(CalendarDay.day.between(bindparam("noticed_first"), bindparam("noticed_last"))),
        weeks.where(id_lists.among(WeeklyBlock.instructor_id, named)),
        timetables.where(id_lists.among(Timetable.instructor_id, named)),
        rules.where(id_lists.among(BookingRule.instructor_id, named)),
        overrides.where(
            id_lists.among(DateOverride.instructor_id, named),
            DateOverride.first <= bindparam("last"),
            DateOverride.last >= bindparam("first"),
        ),
        terms.where(id_lists.among(Term.instructor_id, named)),
        suspensions.where(id_lists.among(Suspension.instructor_id, named)),
        external.where(
            id_lists.among(OutsideCalendar.instructor_id, named),
            BusySpan.starts_at < bindparam("until"),
            BusySpan.ends_at > bindparam("since"),
        ),
    )
    return union_all(*parts)


def _parts() -> tuple[Select[int, int, str], ...]:
    """One SELECT per kind of row, without WHERE conditions."""
    override = _joined(
        DateOverride.first,
        DateOverride.last,
        DateOverride.kind,
        DateOverride.start_minute,
        DateOverride.end_minute,
    )
    validity = (
        _joined(Timetable.valid_from, Timetable.valid_to, Timetable.every_weeks, Timetable.week_of)
        + _SEPARATOR
        + _flag(Timetable.replaces)
    )
    suspension = _joined(Suspension.first, Suspension.last)
    return (
        select(WeeklyBlock.instructor_id, _kind(row_texts.WEEK), _week_text(WeeklyBlock)).group_by(
            WeeklyBlock.instructor_id
        ),
        select(
            Timetable.instructor_id,
            _kind(row_texts.TIMETABLE),
            validity + _SEPARATOR + _week_text(TimetableBlock),
        )
        .join(TimetableBlock, TimetableBlock.timetable_id == Timetable.id)
        .group_by(Timetable.id),
        select(BookingRule.instructor_id, _kind(row_texts.RULES), rules_text()),
        select(DateOverride.instructor_id, _kind(row_texts.OVERRIDE), override),
        select(Term.instructor_id, _kind(row_texts.TERM), _joined(Term.first, Term.last)),
        select(Suspension.instructor_id, _kind(row_texts.SUSPENSION), suspension),
        select(
            OutsideCalendar.instructor_id,
            _kind(row_texts.ELSEWHERE),
            _seconds(BusySpan.starts_at) + _SEPARATOR + _seconds(BusySpan.ends_at),
        ).join_from(OutsideCalendar, BusySpan, BusySpan.calendar_id == OutsideCalendar.id),
        select(
            literal_column("0", Integer),
            _kind(row_texts.DAY),
            _joined(CalendarDay.day, CalendarDay.kind),
        ),
    )


def _kind(kind: int) -> ColumnElement[int]:
    return literal_column(str(kind), Integer)


def _literal(text: str) -> ColumnElement[str]:
    """Inline SQL literal, not a bind parameter; only for constants of this module."""
    return literal_column(f"'{text}'", String)


_SEPARATOR = _literal(row_texts.WITHIN)


def _text(attribute: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    column = attribute.expression
    text = cast(column, String)
    return func.coalesce(text, _literal("")) if column.nullable else text


def _flag(attribute: InstrumentedAttribute[bool]) -> ColumnElement[str]:
    return case((attribute, _literal("1")), else_=_literal("0"))


def _seconds(instant: InstrumentedAttribute[datetime]) -> ColumnElement[str]:
    return cast(cast(extract("epoch", instant), BigInteger), String)


def _joined(*columns: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """The column values of one row as one text, with separators."""
    text = _text(columns[0])
    for column in columns[1:]:
        text = text + _SEPARATOR + _text(column)
    return text


def _week_text(table: type[WeeklyBlock] | type[TimetableBlock]) -> ColumnElement[str]:
    """The blocks of one week as one text, an integer each."""
    radix = literal_column(str(1 << row_texts.MINUTE_BITS), Integer)
    code = (table.weekday * radix + table.start_minute) * radix + table.end_minute
    return func.aggregate_strings(cast(code, String), row_texts.BETWEEN)


@cache
def rules_text() -> ColumnElement[str]:
    """The columns of `BookingRule` as the text that `read_rules` decodes."""
    rule = BookingRule
    numbers = _joined(
        rule.step_minutes,
        rule.notice_days,
        rule.horizon_days,
        rule.buffer_minutes,
        rule.shortest_minutes,
        rule.longest_minutes,
    )
    closed = _flag(rule.closed_on_holidays)
    rest = _joined(
        rule.makeup,
        rule.makeup_weekday,
        rule.cap_day,
        rule.cap_week,
        rule.cap_month,
        rule.cap_year,
        rule.cap_branch_quarter,
    )
    return numbers + _SEPARATOR + closed + _SEPARATOR + rest
