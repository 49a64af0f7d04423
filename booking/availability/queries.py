"""Read instructors' hours and rules, many at once, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.availability.hours import (
    DayKind,
    HolidayPolicy,
    Hours,
    Override,
    WeeklyHours,
)
from booking.availability.intervals import Interval
from booking.availability.limits import Caps, DaySpan, Limits
from booking.availability.models import (
    BookingRule,
    BusySpan,
    CalendarDay,
    DateOverride,
    OutsideCalendar,
    Suspension,
    Term,
    WeeklyBlock,
)
from booking.availability.offers import Availability, BookingRules
from booking.availability.rules import DEFAULT_RULE_SET, RuleSet


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

    Seven queries, whatever the number of instructors.
    """
    days = day_kinds(session, first, last)
    weekly = _weekly(session, instructor_ids)
    overrides = _overrides(session, instructor_ids, first, last)
    rules = _rules(session, instructor_ids)
    terms = _spans(session, Term, instructor_ids)
    suspensions = _spans(session, Suspension, instructor_ids)
    elsewhere = _elsewhere(session, instructor_ids, first, last)
    found = {}
    for one in instructor_ids:
        rule = rules.get(one, DEFAULT_RULE_SET)
        found[one] = Availability(
            Hours(tuple(weekly.get(one, ())), tuple(overrides.get(one, ())), rule.holidays, days),
            rule.booking,
            Limits(tuple(terms.get(one, ())), tuple(suspensions.get(one, ())), rule.caps),
            elsewhere.get(one, ()),
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


def _weekly(session: Session, ids: Collection[int]) -> dict[int, list[WeeklyHours]]:
    query = select(
        WeeklyBlock.instructor_id,
        WeeklyBlock.weekday,
        WeeklyBlock.start_minute,
        WeeklyBlock.end_minute,
        WeeklyBlock.valid_from,
        WeeklyBlock.valid_to,
        WeeklyBlock.every_weeks,
        WeeklyBlock.week_of,
    ).where(WeeklyBlock.instructor_id.in_(ids))
    found: dict[int, list[WeeklyHours]] = defaultdict(list)
    for owner, day, start, end, since, until, weeks, week_of in session.execute(query):
        found[owner].append(WeeklyHours(day, start, end, since, until, weeks, week_of))
    return found


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


def _elsewhere(
    session: Session, ids: Collection[int], first: date, last: date
) -> dict[int, list[Interval]]:
    """When outside calendars say busy, on these days of whatever zone."""
    day = timedelta(days=1)
    since = datetime.combine(first, time(), UTC) - day
    until = datetime.combine(last, time(), UTC) + 2 * day
    query = (
        select(OutsideCalendar.instructor_id, BusySpan.starts_at, BusySpan.ends_at)
        .join(BusySpan, BusySpan.calendar_id == OutsideCalendar.id)
        .where(
            OutsideCalendar.instructor_id.in_(ids),
            BusySpan.starts_at < until,
            BusySpan.ends_at > since,
        )
    )
    found: dict[int, list[Interval]] = defaultdict(list)
    for owner, starts_at, ends_at in session.execute(query):
        found[owner].append((starts_at, ends_at))
    return found
