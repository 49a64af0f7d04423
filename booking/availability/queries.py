"""Read instructors' hours and rules, many at once, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.availability.hours import DayKind, Hours, Override, WeeklyHours
from booking.availability.models import BookingRule, CalendarDay, DateOverride, WeeklyBlock
from booking.availability.offers import DEFAULT_RULES, Availability, BookingRules


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

    Four queries, whatever the number of instructors.
    """
    days = day_kinds(session, first, last)
    weekly = _weekly(session, instructor_ids)
    overrides = _overrides(session, instructor_ids, first, last)
    rules = _rules(session, instructor_ids)
    return {
        instructor_id: Availability(
            Hours(
                weekly=tuple(weekly.get(instructor_id, ())),
                overrides=tuple(overrides.get(instructor_id, ())),
                days=days,
            ),
            rules.get(instructor_id, DEFAULT_RULES),
        )
        for instructor_id in instructor_ids
    }


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


def rules_of(session: Session, instructor_id: int) -> BookingRules:
    """The booking rules of one instructor."""
    return _rules(session, [instructor_id]).get(instructor_id, DEFAULT_RULES)


def _weekly(session: Session, ids: Collection[int]) -> dict[int, list[WeeklyHours]]:
    query = select(
        WeeklyBlock.instructor_id,
        WeeklyBlock.weekday,
        WeeklyBlock.start_minute,
        WeeklyBlock.end_minute,
    ).where(WeeklyBlock.instructor_id.in_(ids))
    found: dict[int, list[WeeklyHours]] = defaultdict(list)
    for instructor_id, weekday, start, end in session.execute(query):
        found[instructor_id].append(WeeklyHours(weekday, start, end))
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


def _rules(session: Session, ids: Collection[int]) -> dict[int, BookingRules]:
    query = select(
        BookingRule.instructor_id,
        BookingRule.step_minutes,
        BookingRule.notice_days,
        BookingRule.horizon_days,
        BookingRule.buffer_minutes,
    ).where(BookingRule.instructor_id.in_(ids))
    return {
        instructor_id: BookingRules(*values) for instructor_id, *values in session.execute(query)
    }
