"""Hours, terms, suspensions and calendars of two entries that become one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.availability.defaults.models import DefaultHours
from booking.availability.external.models import ExternalCalendar
from booking.availability.models import (
    BookingRule,
    DateOverride,
    ScheduleChange,
    Suspension,
    Term,
    Timetable,
    WeeklyBlock,
)
from booking.instructors.merger import CannotMerge, Merge, instructor_merging, move
from booking.sentences import N_

HOURS = (
    WeeklyBlock.instructor_id,
    Timetable.instructor_id,
    DateOverride.instructor_id,
    BookingRule.instructor_id,
    ScheduleChange.instructor_id,
    DefaultHours.instructor_id,
)
"""Tables whose rows are deleted with the entry that is merged, unless its hours are taken over."""


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def has_hours(session: Session, instructor_id: int) -> bool:
    """Whether weekly hours or a timetable are set."""
    return any(
        session.scalars(select(column).where(column == instructor_id).limit(1)).first() is not None
        for column in (WeeklyBlock.instructor_id, Timetable.instructor_id)
    )


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    if merge.takes_hours:
        for column in (BookingRule, DateOverride, ScheduleChange):
            _forget(session, column, merge.kept_id)
        move(session, merge, *HOURS)
    move(session, merge, Suspension.instructor_id, ExternalCalendar.instructor_id)
    _join_terms(session, merge)


def _forget(session: Session, table: Any, instructor_id: int) -> None:
    """Delete what belonged to hours that were never given."""
    for row in session.scalars(select(table).where(table.instructor_id == instructor_id)):
        session.delete(row)
    session.flush()


def _join_terms(session: Session, merge: Merge) -> None:
    """Move the terms; two that share a day become one, if they have one certificate at most."""
    kept = _terms(session, merge.kept_id)
    for term in _terms(session, merge.dropped_id):
        shared = [one for one in kept if one.first <= term.last and term.first <= one.last]
        if not shared:
            term.instructor_id = merge.kept_id
            kept.append(term)
        else:
            _join(shared, term)
            session.delete(term)
    session.flush()


def _join(shared: Iterable[Term], term: Term) -> None:
    one, *others = shared
    certificates = {text for text in (one.certificate, term.certificate) if text}
    if others or len(certificates) > 1:
        raise CannotMerge(
            N_(
                "The terms of both overlap: %(first)s to %(last)s, certificate %(number)s. "
                "Remove or shorten one of them first.",
                first=term.first,
                last=term.last,
                number=term.certificate or "–",
            )
        )
    one.first, one.last = min(one.first, term.first), max(one.last, term.last)
    one.certificate = one.certificate or term.certificate


def _terms(session: Session, instructor_id: int) -> list[Term]:
    query = select(Term).where(Term.instructor_id == instructor_id)
    return list(session.scalars(query.order_by(Term.first, Term.id)))
