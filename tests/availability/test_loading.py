"""Whatever is stored about an instructor's time is read as the same values, on both databases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from booking.availability.engine.hours import (
    DayKind,
    HolidayPolicy,
    MakeupRule,
    Override,
    OverrideKind,
)
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import Caps, DaySpan, Limits
from booking.availability.engine.offers import Availability, BookingRules
from booking.availability.engine.rules import DEFAULT_RULE_SET, RuleSet
from booking.availability.engine.timetables import Timetable, Validity, Week, flatten
from booking.availability.external.engine.calendar import CalendarKind
from booking.availability.external.models import BusySpan, ExternalCalendar
from booking.availability.loading.texts import RulesText
from booking.availability.loading.values import read_rules
from booking.availability.models import (
    BookingRule,
    CalendarDay,
    DateOverride,
    Suspension,
    Term,
    TimetableBlock,
    WeeklyBlock,
)
from booking.availability.models import Timetable as TimetableRow
from booking.availability.queries import availabilities, rules_of
from booking.db import unit_of_work
from tests.extent import examples
from tests.factories import NOW, Cast

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 14)
WINDOW = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]


class _Undo(Exception):
    """Leaves a unit of work without a trace."""


@dataclass(frozen=True)
class Stored:
    """What the tables hold about one instructor."""

    week: Week
    timetables: list[Timetable]
    rules: RuleSet | None
    overrides: list[Override]
    terms: list[DaySpan]
    suspensions: list[DaySpan]
    busy: list[Interval]
    unknown: list[Interval]


days = st.integers(-20, 20).map(lambda n: FIRST + n * DAY)
spans = st.tuples(days, days).map(lambda ends: DaySpan(min(ends), max(ends)))
open_spans = st.builds(DaySpan, days, st.none())
minutes = st.tuples(st.integers(0, 1439), st.integers(1, 1440))
blocks = minutes.filter(lambda block: block[0] < block[1])
weeks = st.dictionaries(st.integers(0, 6), st.lists(blocks, min_size=1, max_size=2, unique=True))
numbers = st.integers(0, 400)
validities = st.one_of(
    st.builds(Validity, days, st.none()),
    st.builds(Validity, st.none(), days),
    spans.map(lambda span: Validity(span.first, span.last)),
    st.builds(lambda day: Validity(None, None, 2, day), days),
)
timetables = st.builds(Timetable, st.just(""), weeks.filter(bool), validities, st.booleans())
rule_sets = st.builds(
    RuleSet,
    st.builds(BookingRules, *[numbers] * 6),
    st.builds(HolidayPolicy, st.booleans(), st.sampled_from([MakeupRule.OWN, MakeupRule.NONE]))
    | st.builds(HolidayPolicy, st.booleans(), st.just(MakeupRule.WEEKDAY), st.integers(0, 6)),
    st.builds(Caps, *[st.none() | numbers] * 5),
)
overrides = st.builds(
    lambda first, more, kind, block: Override(first, first + more * DAY, kind, *block),
    days,
    st.integers(0, 9),
    st.sampled_from(OverrideKind),
    blocks,
)
instants = st.integers(0, 14 * 1440).map(
    lambda minute: datetime(2026, 12, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def _apart(one: DaySpan, other: DaySpan) -> bool:
    assert one.first is not None
    assert one.last is not None
    assert other.first is not None
    assert other.last is not None
    return max(one.first, other.first) > min(one.last, other.last)


busy_spans = st.tuples(instants, instants).filter(lambda span: span[0] < span[1])
stored = st.builds(
    Stored,
    weeks,
    st.lists(timetables, max_size=2),
    st.none() | rule_sets,
    st.lists(overrides, max_size=2),
    # Two terms of one person never share a day.
    st.lists(spans, max_size=2).filter(lambda terms: len(terms) < 2 or _apart(*terms)),
    st.lists(spans | open_spans, max_size=2),
    st.lists(busy_spans, max_size=2, unique=True),
    st.lists(busy_spans, max_size=2, unique=True),
)
calendar_days = st.dictionaries(st.sampled_from(WINDOW), st.sampled_from(DayKind), max_size=4)


def store(session: Session, owner: int, value: Stored) -> None:
    mine = {"instructor_id": owner}
    _rows(session, WeeklyBlock, [mine | row for row in _blocks(value.week)])
    for timetable in value.timetables:
        validity = timetable.validity
        new = TimetableRow(
            **mine, title=timetable.title, replaces=timetable.replaces,
            valid_from=validity.first, valid_to=validity.last,
            every_weeks=validity.weeks, week_of=validity.week_of,
        )  # fmt: skip
        session.add(new)
        session.flush()
        of_it = {"timetable_id": new.id}
        _rows(session, TimetableBlock, [of_it | row for row in _blocks(timetable.week)])
    if value.rules is not None:
        _rows(session, BookingRule, [mine | _rule_row(value.rules) | {"changed_at": NOW}])
    _rows(session, DateOverride, [
        mine | {"first": one.first, "last": one.last, "kind": one.kind,
                "start_minute": one.start, "end_minute": one.end}
        for one in value.overrides
    ])  # fmt: skip
    for table, all_spans in ((Term, value.terms), (Suspension, value.suspensions)):
        _rows(session, table, [mine | {"first": s.first, "last": s.last} for s in all_spans])
    calendar = ExternalCalendar(
        **mine, kind=CalendarKind.UPLOAD, label="", all_day_busy=True, created_at=NOW
    )
    session.add(calendar)
    session.flush()
    _rows(session, BusySpan, [
        {"calendar_id": calendar.id, "starts_at": start, "ends_at": end, "unknown": unknown}
        for unknown, spans in ((False, value.busy), (True, value.unknown))
        for start, end in spans
    ])  # fmt: skip


def _rows(session: Session, table: type, rows: list[dict[str, object]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _store_days(session: Session, kinds: dict[date, DayKind]) -> None:
    rows: list[dict[str, object]] = [
        {"day": day, "kind": kind, "name": "", "official": True, "source": ""}
        for day, kind in kinds.items()
    ]
    _rows(session, CalendarDay, rows)


def _blocks(week: Week) -> list[dict[str, object]]:
    return [
        {"weekday": weekday, "start_minute": start, "end_minute": end}
        for weekday, of_day in week.items()
        for start, end in of_day
    ]


def _rule_row(rules: RuleSet) -> dict[str, object]:
    booking, holidays, caps = rules.booking, rules.holidays, rules.caps
    return {
        "step_minutes": booking.step_minutes,
        "notice_days": booking.notice_days,
        "horizon_days": booking.horizon_days,
        "buffer_minutes": booking.buffer_minutes,
        "shortest_minutes": booking.shortest_minutes,
        "longest_minutes": booking.longest_minutes,
        "closed_on_holidays": holidays.closed_on_holidays,
        "makeup": holidays.makeup,
        "makeup_weekday": holidays.makeup_weekday,
        "cap_day": caps.day,
        "cap_week": caps.week,
        "cap_month": caps.month,
        "cap_year": caps.year,
        "cap_branch_quarter": caps.branch_quarter,
    }


def _allowed(limits: Limits) -> list[tuple[bool, bool]]:
    """For each day of the window whether a term covers it, and whether a suspension does."""
    return [
        (
            not limits.terms or any(day in term for term in limits.terms),
            any(day in span for span in limits.suspensions),
        )
        for day in WINDOW
    ]


def check(read: Availability, value: Stored, kinds: dict[date, DayKind]) -> None:
    rules = value.rules or DEFAULT_RULE_SET
    touching = [one for one in value.overrides if one.first <= LAST + DAY and one.last >= FIRST]
    weekly = flatten(value.week, value.timetables)
    assert sorted(read.hours.weekly, key=repr) == sorted(weekly, key=repr)
    assert sorted(read.hours.overrides, key=repr) == sorted(touching, key=repr)
    assert (read.rules, read.hours.policy, read.limits.caps) == (
        rules.booking, rules.holidays, rules.caps,
    )  # fmt: skip
    assert _allowed(read.limits) == _allowed(Limits(tuple(value.terms), tuple(value.suspensions)))
    assert sorted(read.external_busy) == sorted(value.busy)
    assert sorted(read.external_unknown) == sorted(value.unknown)
    assert read.hours.days == kinds


@settings(
    max_examples=examples(100), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(one=stored, other=stored, kinds=calendar_days)
def test_what_is_stored_is_what_is_read(
    app: Flask, people: Cast, one: Stored, other: Stored, kinds: dict[date, DayKind]
) -> None:
    owners = {people.chen.id: one, people.zhou.id: other}
    with app.app_context(), suppress(_Undo), unit_of_work() as session:
        for table in (WeeklyBlock, TimetableRow, BookingRule, DateOverride, Term, CalendarDay):
            session.execute(delete(table))
        _store_days(session, kinds)
        for owner, value in owners.items():
            store(session, owner, value)

        read = availabilities(session, owners, FIRST, LAST, calendar_span=(FIRST, LAST))

        assert read.keys() == owners.keys()
        for owner, value in owners.items():
            check(read[owner], value, kinds)
            assert rules_of(session, owner) == (value.rules or DEFAULT_RULE_SET)
        raise _Undo


def test_a_text_with_a_value_too_many_or_too_few_is_refused() -> None:
    values = ["30", "3", "90", "0", "5", "480", "1", "own", *[""] * 6]
    assert read_rules("/".join(values)) == DEFAULT_RULE_SET
    for wrong in (values[:-1], [*values, ""]):
        assert len(wrong) != len(RulesText._fields)
        with pytest.raises(TypeError):
            read_rules("/".join(wrong))
