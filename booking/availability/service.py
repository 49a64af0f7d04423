"""Change an instructor's hours, exceptions, rules, terms and suspensions, and half-days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from booking.accounts.service import known_region
from booking.availability.engine.day_parts import SlotTemplate
from booking.availability.engine.errors import DaysReversed, NoHours, TermsOverlap, TimesReversed
from booking.availability.engine.hours import OverrideKind
from booking.availability.engine.hours_text import Block
from booking.availability.engine.rules import RuleSet
from booking.availability.engine.timetables import Timetable
from booking.availability.models import (
    BookingRule,
    DateOverride,
    HalfDayTemplate,
    Suspension,
    Term,
    TimetableBlock,
    WeeklyBlock,
)
from booking.availability.models import Timetable as TimetableRow
from booking.availability.queries import timetable_of
from booking.db import id_lists
from booking.errors import NotFound
from booking.text import plain

LONGEST_NOTE = 120
LONGEST_TITLE = 60


def set_week(session: Session, *, instructor_id: int, week: Mapping[int, Sequence[Block]]) -> None:
    """Replace the everyday week: weekday (0 is Monday) to blocks of local minutes.

    Timetables beside it stay as they are.
    """
    session.execute(delete(WeeklyBlock).where(WeeklyBlock.instructor_id == instructor_id))
    session.add_all(
        WeeklyBlock(
            instructor_id=instructor_id, weekday=weekday, start_minute=start, end_minute=end
        )
        for weekday, blocks in week.items()
        for start, end in blocks
    )
    session.flush()


def check_timetable(timetable: Timetable) -> None:
    """Validate a timetable; raises `DaysReversed` or `NoHours`."""
    validity = timetable.validity
    if validity.first and validity.last and validity.last < validity.first:
        raise DaysReversed()
    if not any(timetable.week.values()):
        raise NoHours()


def save_timetable(
    session: Session, *, instructor_id: int, timetable: Timetable, timetable_id: int | None = None
) -> TimetableRow:
    """Add a timetable beside the everyday week, or overwrite the one with this id.

    Raises what `check_timetable` raises, and `NotFound` (404) for an unknown id.
    """
    check_timetable(timetable)
    validity = timetable.validity
    row = TimetableRow(instructor_id=instructor_id)
    if timetable_id is not None:
        row = timetable_of(session, instructor_id, timetable_id)
    row.title = plain(timetable.title).strip()[:LONGEST_TITLE]
    row.valid_from, row.valid_to = validity.first, validity.last
    row.every_weeks, row.week_of = validity.weeks, validity.week_of
    row.replaces = timetable.replaces
    row.blocks = [
        TimetableBlock(weekday=weekday, start_minute=start, end_minute=end)
        for weekday, blocks in timetable.week.items()
        for start, end in blocks
    ]
    session.add(row)
    session.flush()
    return row


def remove_timetable(session: Session, *, instructor_id: int, timetable_id: int) -> None:
    """Delete a timetable; no error if it no longer exists."""
    session.execute(
        delete(TimetableRow).where(
            TimetableRow.id == timetable_id, TimetableRow.instructor_id == instructor_id
        )
    )


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
        note=plain(note).strip()[:LONGEST_NOTE],
    )
    session.add(override)
    session.flush()
    return override


def remove_override(session: Session, *, instructor_id: int, override_id: int) -> None:
    """Delete an exception; no error if it no longer exists."""
    session.execute(
        delete(DateOverride).where(
            DateOverride.id == override_id, DateOverride.instructor_id == instructor_id
        )
    )


def set_rules(session: Session, *, instructor_id: int, rules: RuleSet, now: datetime) -> None:
    """Save the booking rules of an instructor."""
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
    """Appoint an instructor from a day to a day, both inclusive.

    Raises `DaysReversed`, or `TermsOverlap` if another term shares a day.
    """
    if last < first:
        raise DaysReversed()
    overlapping = select(Term.id).where(
        Term.instructor_id == instructor_id, Term.first <= last, Term.last >= first
    )
    if session.scalars(overlapping).first() is not None:
        raise TermsOverlap()
    term = Term(instructor_id=instructor_id, first=first, last=last, certificate=certificate)
    session.add(term)
    session.flush()
    return term


def add_terms(session: Session, days: Sequence[tuple[int, date, date]]) -> list[int]:
    """Appoint many: (instructor, first, last) each; the ids of the terms in order.

    The caller has checked that no two terms of one person share a day.
    """
    if not days:
        return []
    rows = [{"instructor_id": one, "first": first, "last": last} for one, first, last in days]
    statement = insert(Term).returning(Term.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def remove_terms(session: Session, ids: Collection[int]) -> None:
    """Delete terms by their ids."""
    session.execute(
        delete(Term).where(id_lists.among(Term.id, True)),
        id_lists.names(ids),
        execution_options={"synchronize_session": False},
    )


def suspend(
    session: Session, *, instructor_id: int, first: date, last: date | None, reason: str = ""
) -> Suspension:
    """Add a suspension; `last` is inclusive, None means until further notice."""
    if last is not None and last < first:
        raise DaysReversed()
    suspension = Suspension(instructor_id=instructor_id, first=first, last=last, reason=reason)
    session.add(suspension)
    session.flush()
    return suspension


def remove_term(session: Session, *, instructor_id: int, term_id: int) -> None:
    """Delete a term; no error if it no longer exists."""
    session.execute(delete(Term).where(Term.id == term_id, Term.instructor_id == instructor_id))


def end_suspension(
    session: Session, *, instructor_id: int, suspension_id: int, last: date
) -> Suspension:
    """Set the last day, inclusive, of a suspension; raises `NotFound` (404)."""
    suspension = session.get(Suspension, suspension_id)
    if suspension is None or suspension.instructor_id != instructor_id:
        raise NotFound()
    if last < suspension.first:
        raise DaysReversed()
    suspension.last = last
    session.flush()
    return suspension


def remove_suspension(session: Session, *, instructor_id: int, suspension_id: int) -> None:
    """Delete a suspension; no error if it no longer exists."""
    session.execute(
        delete(Suspension).where(
            Suspension.id == suspension_id, Suspension.instructor_id == instructor_id
        )
    )


def set_slot_template(
    session: Session, *, region_code: str, template: SlotTemplate, now: datetime
) -> None:
    """Save the half-days of a region, which the regions below it inherit."""
    region_code = known_region(session, region_code).code
    row = session.get(HalfDayTemplate, region_code) or HalfDayTemplate(region_code=region_code)
    row.morning_start, row.morning_end = template.morning
    row.afternoon_start, row.afternoon_end = template.afternoon
    row.evening_start, row.evening_end = template.evening
    row.changed_at = now
    session.add(row)
    session.flush()


def remove_slot_template(session: Session, *, region_code: str) -> None:
    """Delete a region's template, so that it inherits from the region above again."""
    session.execute(delete(HalfDayTemplate).where(HalfDayTemplate.region_code == region_code))
