"""Change an instructor's hours, overrides and rules; seed the calendar of days off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import chinese_calendar
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.availability.errors import DaysReversed, TimesReversed
from booking.availability.hours import DayKind, OverrideKind
from booking.availability.models import BookingRule, CalendarDay, DateOverride, WeeklyBlock
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


def seed_days(session: Session, *, first_year: int) -> int:
    """Fill the calendar of days off from `chinesecalendar`, from a year on.

    Days that are already known stay as they are. Returns how many were added. Ordinary
    weekdays and weekends have no row.
    """
    known = set(session.scalars(select(CalendarDay.day)))
    added = [
        CalendarDay(day=day, kind=kind, name=name, official=True, source="chinesecalendar")
        for day, kind, name in _official_days(first_year)
        if day not in known
    ]
    session.add_all(added)
    session.flush()
    return len(added)


def _official_days(first_year: int) -> list[tuple[date, DayKind, str]]:
    """Holidays and make-up workdays that the library knows from a year on."""
    off = [
        (day, DayKind.OFF, chinese_calendar.Holiday(name).chinese)
        for day, name in chinese_calendar.constants.holidays.items()
        if day.year >= first_year
    ]
    work = [
        (day, DayKind.WORK, chinese_calendar.Holiday(name).chinese)
        for day, name in chinese_calendar.constants.workdays.items()
        if day.year >= first_year
    ]
    return off + work
