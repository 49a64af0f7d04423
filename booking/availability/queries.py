"""Read instructors' hours and rules, many at once, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, extract, or_, select
from sqlalchemy.orm import Session

from booking.availability import unpacking
from booking.availability.hours import DayKind
from booking.availability.models import (
    BookingRule,
    CalendarDay,
    DateOverride,
    WeeklyBlock,
)
from booking.availability.offers import Availability
from booking.availability.packing import rows, rules_text
from booking.availability.rules import RuleSet


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
    return unpacking.availabilities(
        instructor_ids, rows(session, instructor_ids, first, last), days
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
    text = session.scalar(select(rules_text()).where(BookingRule.instructor_id == instructor_id))
    return unpacking.read_rules(text or "")


def capped() -> Select[int]:
    """The instructors who teach only so often, for use within another statement."""
    one = BookingRule
    caps = (one.cap_day, one.cap_week, one.cap_month, one.cap_year, one.cap_branch_quarter)
    return select(one.instructor_id).where(or_(*(cap.is_not(None) for cap in caps)))
