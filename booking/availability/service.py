"""Change an instructor's hours, overrides and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.availability.errors import DaysReversed, TimesReversed
from booking.availability.hours import OverrideKind
from booking.availability.models import (
    BookingRule,
    DateOverride,
    Suspension,
    Term,
    WeeklyBlock,
)
from booking.availability.rules import RuleSet
from booking.availability.typed_hours import Block

LONGEST_NOTE = 120


def set_week(session: Session, *, instructor_id: int, week: Mapping[int, Sequence[Block]]) -> None:
    """Replace the weekly hours: weekday (0 is Monday) to blocks of local minutes."""
    session.execute(delete(WeeklyBlock).where(WeeklyBlock.instructor_id == instructor_id))
    session.add_all(
        WeeklyBlock(
            instructor_id=instructor_id, weekday=weekday, start_minute=start, end_minute=end
        )
        for weekday, blocks in week.items()
        for start, end in blocks
    )
    session.flush()


def add_override(
    session: Session,
    *,
    instructor_id: int,
    kind: OverrideKind,
    first: date,
    last: date,
    start_minute: int = 0,
    end_minute: int = 1440,
    note: str = "",
) -> DateOverride:
    """Open or close the days from `first` to `last`, inclusive, or a part of each."""
    if last < first:
        raise DaysReversed()
    if end_minute <= start_minute:
        raise TimesReversed("ends")
    override = DateOverride(
        instructor_id=instructor_id,
        kind=kind,
        first=first,
        last=last,
        start_minute=start_minute,
        end_minute=end_minute,
        note=note.strip()[:LONGEST_NOTE],
    )
    session.add(override)
    session.flush()
    return override


def remove_override(session: Session, *, instructor_id: int, override_id: int) -> None:
    """Forget an override; one that is gone already is no error."""
    session.execute(
        delete(DateOverride).where(
            DateOverride.id == override_id, DateOverride.instructor_id == instructor_id
        )
    )


def set_rules(session: Session, *, instructor_id: int, rules: RuleSet, now: datetime) -> None:
    """Set how an instructor takes bookings."""
    row = session.get(BookingRule, instructor_id) or BookingRule(instructor_id=instructor_id)
    booking, policy, caps = rules.booking, rules.holidays, rules.caps
    row.step_minutes = booking.step_minutes
    row.notice_days = booking.notice_days
    row.horizon_days = booking.horizon_days
    row.buffer_minutes = booking.buffer_minutes
    row.shortest_minutes = booking.shortest_minutes
    row.longest_minutes = booking.longest_minutes
    row.closed_on_holidays = policy.closed_on_holidays
    row.makeup = policy.makeup
    row.makeup_weekday = policy.makeup_weekday
    row.cap_day, row.cap_week, row.cap_month = caps.day, caps.week, caps.month
    row.cap_year, row.cap_branch_quarter = caps.year, caps.branch_quarter
    row.changed_at = now
    session.add(row)
    session.flush()


def add_term(
    session: Session, *, instructor_id: int, first: date, last: date, certificate: str = ""
) -> Term:
    """Appoint an instructor from a day to a day, both inclusive."""
    if last < first:
        raise DaysReversed()
    term = Term(instructor_id=instructor_id, first=first, last=last, certificate=certificate)
    session.add(term)
    session.flush()
    return term


def suspend(
    session: Session, *, instructor_id: int, first: date, last: date | None, reason: str = ""
) -> Suspension:
    """Take no lectures from a day on; `last` is inclusive, None is until further notice."""
    if last is not None and last < first:
        raise DaysReversed()
    pause = Suspension(instructor_id=instructor_id, first=first, last=last, reason=reason)
    session.add(pause)
    session.flush()
    return pause
