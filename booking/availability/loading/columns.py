"""The SQL that writes instructors' hours and rules as the short texts of `texts`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, reduce
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
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

from booking.availability.external.models import BusySpan, ExternalCalendar
from booking.availability.loading import texts
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
from booking.db import Base, UTCDateTime, id_lists

_DAY = timedelta(days=1)


def hours_texts(
    session: Session,
    ids: Collection[int],
    first: date,
    last: date,
    calendar_span: tuple[date, date],
) -> Sequence[texts.Row]:
    """All rows that decide about these instructors' days `first` to `last`, in one statement.

    The days off and make-up workdays of `calendar_span` are added, as rows of instructor id 0.
    """
    named = id_lists.few(ids)
    values: dict[str, object] = id_lists.names(ids) if named else {}
    # An interval that begins on the last day may end on the next one.
    values |= {"first": first, "last": last + _DAY}
    values |= {"days_first": calendar_span[0], "days_last": calendar_span[1]}
    # Busy spans are UTC instants: the margins cover the local days of any zone.
    values["since"] = datetime.combine(first, time(), UTC) - _DAY
    values["until"] = datetime.combine(last, time(), UTC) + 2 * _DAY
    return session.connection().execute(_statement(named), values).all()


@cache
def _statement(named: bool) -> CompoundSelect[int, int, str]:
    """The statement of `hours_texts`; with `named`, limited to the ids in its parameter."""
    weeks, timetables, rules, overrides, terms, suspensions, external, days = _parts()
    parts = (
        days.where(CalendarDay.day.between(bindparam("days_first"), bindparam("days_last"))),
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
            id_lists.among(ExternalCalendar.instructor_id, named),
            BusySpan.starts_at < bindparam("until"),
            BusySpan.ends_at > bindparam("since"),
        ),
    )
    return union_all(*parts)


def _parts() -> tuple[Select[int, int, str], ...]:
    """One SELECT per kind of row, without WHERE conditions."""
    return (
        select(WeeklyBlock.instructor_id, _kind(texts.WEEK), _week_text(WeeklyBlock)).group_by(
            WeeklyBlock.instructor_id
        ),
        select(
            Timetable.instructor_id,
            _kind(texts.TIMETABLE),
            _text_of(texts.TimetableText, Timetable, blocks=_week_text(TimetableBlock)),
        )
        .join(TimetableBlock, TimetableBlock.timetable_id == Timetable.id)
        .group_by(Timetable.id),
        select(BookingRule.instructor_id, _kind(texts.RULES), rules_text()),
        select(
            DateOverride.instructor_id,
            _kind(texts.OVERRIDE),
            _text_of(texts.OverrideText, DateOverride),
        ),
        select(Term.instructor_id, _kind(texts.TERM), _text_of(texts.SpanText, Term)),
        select(
            Suspension.instructor_id, _kind(texts.SUSPENSION), _text_of(texts.SpanText, Suspension)
        ),
        select(
            ExternalCalendar.instructor_id,
            _kind(texts.EXTERNAL),
            _text_of(texts.BusyText, BusySpan),
        ).join_from(ExternalCalendar, BusySpan, BusySpan.calendar_id == ExternalCalendar.id),
        select(
            literal_column("0", Integer),
            _kind(texts.DAY),
            _text_of(texts.CalendarDayText, CalendarDay),
        ),
    )


def _kind(kind: int) -> ColumnElement[int]:
    return literal_column(str(kind), Integer)


def _literal(text: str) -> ColumnElement[str]:
    """Inline SQL literal, not a bind parameter; only for constants of this module."""
    return literal_column(f"'{text}'", String)


def _text(attribute: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A column's value as `texts` describes it."""
    column = attribute.expression
    if isinstance(column.type, Boolean):
        return case((column, _literal(texts.TRUE)), else_=_literal(texts.FALSE))
    if isinstance(column.type, UTCDateTime):
        return cast(cast(extract("epoch", column), BigInteger), String)
    text = cast(column, String)
    return func.coalesce(text, _literal("")) if column.nullable else text


def _joined(values: Iterable[ColumnElement[str]], separator: str) -> ColumnElement[str]:
    first, *others = values
    between = _literal(separator)
    return reduce(lambda text, value: text + between + value, others, first)


def _text_of(
    kind: type[NamedTuple], table: type[Base], **others: ColumnElement[str]
) -> ColumnElement[str]:
    """The values that `kind` names, as one text: columns of the table, or given in `others`."""
    values = (
        others[name] if name in others else _text(getattr(table, name)) for name in kind._fields
    )
    return _joined(values, texts.VALUES)


def _week_text(table: type[WeeklyBlock] | type[TimetableBlock]) -> ColumnElement[str]:
    """All blocks of one week as one text."""
    values = (_text(getattr(table, name)) for name in texts.BlockText._fields)
    return func.aggregate_strings(_joined(values, texts.BLOCK_VALUES), texts.BLOCKS)


@cache
def rules_text() -> ColumnElement[str]:
    """The columns of `BookingRule` as the text that `read_rules` decodes."""
    return _text_of(texts.RulesText, BookingRule)
