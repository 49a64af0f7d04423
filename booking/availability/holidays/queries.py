"""Reads of the calendar of days off: one year, and which years there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from booking.availability.models import CalendarDay


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """The days of a year, whether its own schedule is known, and where they come from."""

    year: int
    days: Sequence[CalendarDay]
    official: bool
    sources: tuple[str, ...]


def year_of_days(session: Session, year: int) -> YearOfDays:
    """The days off and make-up workdays of a year, in order. One query."""
    query = (
        select(CalendarDay)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarDay.day)
    )
    days = session.scalars(query).all()
    sources = tuple(sorted({one.source for one in days}))
    return YearOfDays(year, days, any(one.official for one in days), sources)


def years(session: Session) -> list[int]:
    """The years that have days."""
    year = extract("year", CalendarDay.day)
    return [int(one) for one in session.scalars(select(year).distinct().order_by(year))]


def day_of(session: Session, day: date) -> CalendarDay | None:
    """What is stored of a day; None for an ordinary day."""
    return session.get(CalendarDay, day)


def count(session: Session) -> int:
    """The number of days."""
    return session.scalar(select(func.count(CalendarDay.day))) or 0
