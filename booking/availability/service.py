"""Change an instructor's hours, overrides and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.availability.errors import DaysReversed, TimesReversed
from booking.availability.hours import OverrideKind
from booking.availability.models import BookingRule, DateOverride, WeeklyBlock
from booking.availability.offers import BookingRules
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


def set_rules(session: Session, *, instructor_id: int, rules: BookingRules, now: datetime) -> None:
    """Set how an instructor takes bookings."""
    row = session.get(BookingRule, instructor_id) or BookingRule(instructor_id=instructor_id)
    row.step_minutes = rules.step_minutes
    row.notice_days = rules.notice_days
    row.horizon_days = rules.horizon_days
    row.buffer_minutes = rules.buffer_minutes
    row.changed_at = now
    session.add(row)
