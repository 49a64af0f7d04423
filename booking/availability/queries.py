"""Read instructors' hours and rules, many at once, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Date, Integer, literal, null, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from booking.accounts.roles import lineage
from booking.availability.half_days import DEFAULT_TEMPLATE, SlotTemplate
from booking.availability.hours import (
    DayKind,
    HolidayPolicy,
    Hours,
    Override,
    WeeklyHours,
)
from booking.availability.limits import Caps, DaySpan, Limits
from booking.availability.models import (
    BookingRule,
    CalendarDay,
    DateOverride,
    HalfDayTemplate,
    Suspension,
    Term,
    TimetableBlock,
    WeeklyBlock,
)
from booking.availability.models import Timetable as TimetableRow
from booking.availability.offers import Ask, Availability, BookingRules
from booking.availability.rules import DEFAULT_RULE_SET, RuleSet
from booking.availability.timetables import Timetable, Validity, Week, weave
from booking.availability.travel import Place
from booking.availability.typed_hours import Block
from booking.errors import NotFound
from booking.instructors.models import Topic
from booking.instructors.vocabulary import Format


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
    query = select(CalendarDay.day).where(
        CalendarDay.official.is_(True),
        CalendarDay.day.between(date(first.year, 1, 1), date(last.year, 12, 31)),
    )
    official = {day.year for day in session.scalars(query)}
    return [year for year in years if year not in official]


def availabilities(
    session: Session, instructor_ids: Collection[int], first: date, last: date
) -> dict[int, Availability]:
    """Hours and rules of each instructor; the days of notice must lie within first..last.

    Six queries, whatever the number of instructors.
    """
    days = day_kinds(session, first, last)
    weekly = _weekly(session, instructor_ids)
    overrides = _overrides(session, instructor_ids, first, last)
    rules = _rules(session, instructor_ids)
    terms = _spans(session, Term, instructor_ids)
    suspensions = _spans(session, Suspension, instructor_ids)
    found = {}
    for one in instructor_ids:
        rule = rules.get(one, DEFAULT_RULE_SET)
        found[one] = Availability(
            Hours(weekly.get(one, ()), tuple(overrides.get(one, ())), rule.holidays, days),
            rule.booking,
            Limits(tuple(terms.get(one, ())), tuple(suspensions.get(one, ())), rule.caps),
        )
    return found


def blocks_of(session: Session, instructor_id: int) -> Sequence[WeeklyBlock]:
    """The weekly hours of one instructor in the week's order."""
    query = (
        select(WeeklyBlock)
        .where(WeeklyBlock.instructor_id == instructor_id)
        .order_by(WeeklyBlock.weekday, WeeklyBlock.start_minute)
    )
    return session.scalars(query).all()


def week_of(session: Session, instructor_id: int) -> Week:
    """The everyday week of one instructor, each day in order."""
    week: dict[int, list[Block]] = defaultdict(list)
    for row in blocks_of(session, instructor_id):
        week[row.weekday].append((row.start_minute, row.end_minute))
    return week


def timetables_of(session: Session, instructor_id: int) -> Sequence[TimetableRow]:
    """The timetables of one instructor beside the everyday week, the earliest first."""
    query = (
        select(TimetableRow)
        .where(TimetableRow.instructor_id == instructor_id)
        .order_by(TimetableRow.valid_from, TimetableRow.id)
    )
    return session.scalars(query).all()


def timetable_of(session: Session, instructor_id: int, timetable_id: int) -> TimetableRow:
    """One timetable of this instructor; raises `NotFound` (404)."""
    row = session.get(TimetableRow, timetable_id)
    if row is None or row.instructor_id != instructor_id:
        raise NotFound()
    return row


def read_timetable(row: TimetableRow) -> Timetable:
    """A timetable as a plain value."""
    week: dict[int, list[Block]] = defaultdict(list)
    for block in row.blocks:
        week[block.weekday].append((block.start_minute, block.end_minute))
    validity = Validity(row.valid_from, row.valid_to, row.every_weeks, row.week_of)
    return Timetable(row.title, week, validity, row.replaces)


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
    return _rules(session, [instructor_id]).get(instructor_id, DEFAULT_RULE_SET)


def terms_of(session: Session, instructor_id: int) -> Sequence[Term]:
    """The terms of appointment of one instructor, the latest first."""
    query = select(Term).where(Term.instructor_id == instructor_id)
    return session.scalars(query.order_by(Term.first.desc(), Term.id.desc())).all()


def suspensions_of(session: Session, instructor_id: int) -> Sequence[Suspension]:
    """The suspensions of one instructor, the latest first."""
    query = select(Suspension).where(Suspension.instructor_id == instructor_id)
    return session.scalars(query.order_by(Suspension.first.desc(), Suspension.id.desc())).all()


def slot_templates(session: Session) -> dict[str, SlotTemplate]:
    """The templates of all regions that have one of their own: a handful."""
    rows = session.scalars(select(HalfDayTemplate))
    return {row.region_code: read_template(row) for row in rows}


def slot_template(session: Session, region_code: str) -> SlotTemplate:
    """When morning, afternoon and evening are in a region: the nearest above it that says so."""
    return nearest_template(slot_templates(session), region_code)


def nearest_template(templates: Mapping[str, SlotTemplate], region_code: str) -> SlotTemplate:
    """The template of a region, or of the nearest one above it."""
    for code in lineage(region_code):
        if code in templates:
            return templates[code]
    return DEFAULT_TEMPLATE


def read_template(row: HalfDayTemplate) -> SlotTemplate:
    """A region's template as a plain value."""
    return SlotTemplate(
        (row.morning_start, row.morning_end),
        (row.afternoon_start, row.afternoon_end),
        (row.evening_start, row.evening_end),
    )


def ask_for(topic: Topic, region_code: str, organisation_id: int | None = None) -> Ask:
    """What a page asks of an instructor's time: the topic, taught in a region."""
    online = topic.formats == [Format.ONLINE]
    return Ask(
        minutes=topic.minutes,
        place=None if online else Place(region_code),
        organisation_id=organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to),
    )


def _weekly(session: Session, ids: Collection[int]) -> dict[int, tuple[WeeklyHours, ...]]:
    """The everyday weeks and the timetables beside them, woven, in one query."""
    everyday: dict[int, dict[int, list[Block]]] = defaultdict(lambda: defaultdict(list))
    beside: dict[int, dict[int, Timetable]] = defaultdict(dict)
    for owner, day, start, end, number, *terms in _all_blocks(session, ids):
        week = everyday[owner]
        if number is not None:
            found = beside[owner].setdefault(number, _timetable(terms))
            week = cast("dict[int, list[Block]]", found.week)
        week[day].append((start, end))
    return {owner: weave(everyday[owner], beside[owner].values()) for owner in {*everyday, *beside}}


def _timetable(terms: Sequence[Any]) -> Timetable:
    first, last, weeks, week_of, replaces = terms
    return Timetable("", defaultdict(list), Validity(first, last, weeks, week_of), replaces)


def _all_blocks(session: Session, ids: Collection[int]) -> Iterable[Sequence[Any]]:
    day = sql_cast(null(), Date())
    everyday = select(
        WeeklyBlock.instructor_id,
        WeeklyBlock.weekday,
        WeeklyBlock.start_minute,
        WeeklyBlock.end_minute,
        sql_cast(null(), Integer),
        day,
        day,
        literal(1),
        day,
        literal(False),
    ).where(WeeklyBlock.instructor_id.in_(ids))
    beside = (
        select(
            TimetableRow.instructor_id,
            TimetableBlock.weekday,
            TimetableBlock.start_minute,
            TimetableBlock.end_minute,
            TimetableRow.id,
            TimetableRow.valid_from,
            TimetableRow.valid_to,
            TimetableRow.every_weeks,
            TimetableRow.week_of,
            TimetableRow.replaces,
        )
        .join(TimetableRow, TimetableRow.id == TimetableBlock.timetable_id)
        .where(TimetableRow.instructor_id.in_(ids))
    )
    return session.execute(everyday.union_all(beside)).all()


def _overrides(
    session: Session, ids: Collection[int], first: date, last: date
) -> dict[int, list[Override]]:
    query = select(
        DateOverride.instructor_id,
        DateOverride.first,
        DateOverride.last,
        DateOverride.kind,
        DateOverride.start_minute,
        DateOverride.end_minute,
    ).where(
        DateOverride.instructor_id.in_(ids),
        DateOverride.first <= last,
        DateOverride.last >= first,
    )
    found: dict[int, list[Override]] = defaultdict(list)
    for instructor_id, since, until, kind, start, end in session.execute(query):
        found[instructor_id].append(Override(since, until, kind, start, end))
    return found


def _rules(session: Session, ids: Collection[int]) -> dict[int, RuleSet]:
    query = select(BookingRule).where(BookingRule.instructor_id.in_(ids))
    return {row.instructor_id: _read_rule(row) for row in session.scalars(query)}


def _read_rule(row: BookingRule) -> RuleSet:
    return RuleSet(
        BookingRules(
            step_minutes=row.step_minutes,
            notice_days=row.notice_days,
            horizon_days=row.horizon_days,
            buffer_minutes=row.buffer_minutes,
            shortest_minutes=row.shortest_minutes,
            longest_minutes=row.longest_minutes,
        ),
        HolidayPolicy(row.closed_on_holidays, row.makeup, row.makeup_weekday),
        Caps(row.cap_day, row.cap_week, row.cap_month, row.cap_year, row.cap_branch_quarter),
    )


def _spans(
    session: Session, table: type[Term] | type[Suspension], ids: Collection[int]
) -> dict[int, list[DaySpan]]:
    query = select(table.instructor_id, table.first, table.last).where(table.instructor_id.in_(ids))
    found: dict[int, list[DaySpan]] = defaultdict(list)
    for owner, first, last in session.execute(query):
        found[owner].append(DaySpan(first, last))
    return found
