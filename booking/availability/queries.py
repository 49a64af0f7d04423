"""Read instructors' hours and rules, many at once, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, extract, or_, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import lineage
from booking.availability.engine.day_parts import DEFAULT_TEMPLATE, SlotTemplate
from booking.availability.engine.hours import DayKind
from booking.availability.engine.hours_text import Block
from booking.availability.engine.offers import LONGEST_HORIZON, Availability, BookingRules
from booking.availability.engine.rules import RuleSet
from booking.availability.engine.timetables import Timetable, Validity, Week
from booking.availability.loading.columns import hours_texts, rules_text
from booking.availability.loading.values import read_availabilities, read_rules
from booking.availability.models import (
    BookingRule,
    CalendarDay,
    DateOverride,
    HalfDayTemplate,
    Suspension,
    Term,
    WeeklyBlock,
)
from booking.availability.models import Timetable as TimetableRow
from booking.db import id_lists
from booking.errors import NotFound
from booking.settings.engine.declarations import HORIZON_DAYS, NOTICE_DAYS
from booking.settings.queries import in_force

# Built once at import: every page about times executes these statements.
_WITHIN = CalendarDay.day.between(bindparam("first"), bindparam("last"))
_CALENDAR_DAYS = select(
    CalendarDay.day, CalendarDay.kind, CalendarDay.name, CalendarDay.official
).where(_WITHIN)
_YEAR = extract("year", CalendarDay.day)
_OFFICIAL = select(_YEAR).where(CalendarDay.official.is_(True), _WITHIN).distinct()
_TEMPLATES = select(*HalfDayTemplate.__table__.columns)


CalendarDayRow = Row[date, DayKind, str, bool]
"""A day off or a make-up workday: day, kind, name and whether it is official."""


def calendar_days(session: Session, first: date, last: date) -> dict[date, CalendarDayRow]:
    """The days off and make-up workdays of a span of days, both ends inclusive."""
    rows = session.connection().execute(_CALENDAR_DAYS, {"first": first, "last": last}).all()
    return {row.day: row for row in rows}


def estimated_years(session: Session, first: date, last: date) -> list[int]:
    """The years from `first` to `last` whose days off are estimated."""
    official = session.connection().scalars(_OFFICIAL, _years(first, last)).all()
    return [year for year in _each_year(first, last) if year not in official]


def estimated_years_ahead(session: Session, today: date, last: date) -> list[int]:
    """The years from today to `last` with estimated days off, as far as any lecture can be booked.

    A query may name a day thousands of years away.
    """
    return estimated_years(session, today, min(last, today + LONGEST_HORIZON))


def days_and_estimated_years(
    session: Session, first: date, last: date
) -> tuple[dict[date, CalendarDayRow], list[int]]:
    """The results of `calendar_days` and `estimated_years`, in one query."""
    rows = session.connection().execute(_CALENDAR_DAYS, _years(first, last)).all()
    official = {row.day.year for row in rows if row.official}
    days = {row.day: row for row in rows if first <= row.day <= last}
    return days, [year for year in _each_year(first, last) if year not in official]


def _each_year(first: date, last: date) -> range:
    return range(first.year, last.year + 1)


def _years(first: date, last: date) -> dict[str, object]:
    """The full years of a span, as bind parameters: one official day makes its year official."""
    return {"first": date(first.year, 1, 1), "last": date(last.year, 12, 31)}


def availabilities(
    session: Session,
    instructor_ids: Collection[int],
    first: date,
    last: date,
    *,
    calendar_span: tuple[date, date],
) -> dict[int, Availability]:
    """`Availability` by instructor id, valid on the days `first` to `last`.

    `calendar_span` are the first and last day whose days off and make-up workdays are read: it must
    contain these days and the days of notice. One query for any number of instructors. Instructors
    with equal hours and rules share one object.
    """
    texts = hours_texts(session, instructor_ids, first, last, calendar_span)
    return read_availabilities(instructor_ids, texts, first, last, usual_rules())


def blocks_of(session: Session, instructor_id: int) -> Sequence[WeeklyBlock]:
    """The weekly hours of one instructor in the week's order."""
    query = (
        select(WeeklyBlock)
        .where(WeeklyBlock.instructor_id == instructor_id)
        .order_by(WeeklyBlock.weekday, WeeklyBlock.start_minute)
    )
    return session.scalars(query).all()


def week_of(session: Session, instructor_id: int) -> Week:
    """The everyday week of one instructor, the blocks of each day in order."""
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
    """The exceptions of one instructor that end on or after the day `since`."""
    query = (
        select(DateOverride)
        .where(DateOverride.instructor_id == instructor_id, DateOverride.last >= since)
        .order_by(DateOverride.first, DateOverride.start_minute, DateOverride.id)
    )
    return session.scalars(query).all()


def usual_rules() -> RuleSet:
    """The rules of instructors who have not set any, as the installation has them."""
    return RuleSet(
        BookingRules(notice_days=in_force(NOTICE_DAYS), horizon_days=in_force(HORIZON_DAYS))
    )


def rules_of(session: Session, instructor_id: int) -> RuleSet:
    """The booking rules of one instructor."""
    text = session.scalar(select(rules_text()).where(BookingRule.instructor_id == instructor_id))
    return read_rules(text or "", usual_rules())


def capped(named: bool) -> Select[int]:
    """Subquery: the ids of instructors with at least one cap.

    Of all instructors or, with `named`, of those in the statement's parameter (`id_lists.among`).
    """
    rule = BookingRule
    caps = (rule.cap_day, rule.cap_week, rule.cap_month, rule.cap_year, rule.cap_branch_quarter)
    has_cap = or_(*(cap.is_not(None) for cap in caps))
    return select(rule.instructor_id).where(id_lists.among(rule.instructor_id, named), has_cap)


def terms_of(session: Session, instructor_id: int) -> Sequence[Term]:
    """The terms of appointment of one instructor, the latest first."""
    query = select(Term).where(Term.instructor_id == instructor_id)
    return session.scalars(query.order_by(Term.first.desc(), Term.id.desc())).all()


def suspensions_of(session: Session, instructor_id: int) -> Sequence[Suspension]:
    """The suspensions of one instructor, the latest first."""
    query = select(Suspension).where(Suspension.instructor_id == instructor_id)
    return session.scalars(query.order_by(Suspension.first.desc(), Suspension.id.desc())).all()


def slot_templates(session: Session) -> dict[str, SlotTemplate]:
    """The templates of all regions that have their own, by region code: a handful."""
    rows = session.connection().execute(_TEMPLATES).all()
    return {row.region_code: read_template(row) for row in rows}


def slot_template(session: Session, region_code: str) -> SlotTemplate:
    """The half-days of a region: its own template, or that of the nearest region above it."""
    return nearest_template(slot_templates(session), region_code)


def nearest_template(templates: Mapping[str, SlotTemplate], region_code: str) -> SlotTemplate:
    """The template of a region, or of the nearest region above it."""
    for code in lineage(region_code):
        if code in templates:
            return templates[code]
    return DEFAULT_TEMPLATE


def read_template(row: HalfDayTemplate | Row[Any]) -> SlotTemplate:
    """A region's template as a plain value."""
    return SlotTemplate(
        (row.morning_start, row.morning_end),
        (row.afternoon_start, row.afternoon_end),
        (row.evening_start, row.evening_end),
    )
