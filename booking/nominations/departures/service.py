"""An instructor leaves the register, or comes back. The caller owns the transaction.

Lectures, history and account stay. The entry is hidden, the term ends on the day, later terms are
dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.audit import About, Action, SubjectKind
from booking.availability.models import Term
from booking.errors import Invalid
from booking.instructors import editable_entry
from booking.instructors import service as instructors
from booking.instructors.editable_entry import EditableEntry
from booking.lectures.closed_days.queries import PROMISED
from booking.lectures.models import Lecture
from booking.nominations.departures import readmission
from booking.nominations.departures.errors import HasLeft, IsListed, LecturesToCome
from booking.nominations.models import Departure
from booking.sentences import N_
from booking.text import is_blank, one_line

LONGEST_REASON = 200
PERMISSION = "departure.edit"


def leave(
    session: Session, *, instructor_id: int, reason: str, actor: Actor, today: date, now: datetime
) -> Departure:
    """Hide an entry from today on, with a reason.

    Raises `Invalid` (422) without a reason, `LecturesToCome` and `HasLeft` (409), `NotFound`,
    `Forbidden`.
    """
    reason = one_line(reason)
    if is_blank(reason) or len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("Say why, in at most %(max)s characters.", max=LONGEST_REASON), field="reason"
        )
    entry = _entry(session, instructor_id, actor)
    if not entry.instructor.listed:
        raise HasLeft()
    to_come = lectures_to_come(session, instructor_id, now)
    if to_come:
        raise LecturesToCome(len(to_come))
    return depart(session, entry=entry, reason=reason, user_id=actor.user_id, today=today, now=now)


def depart(
    session: Session,
    *,
    entry: EditableEntry,
    reason: str,
    user_id: int | None,
    today: date,
    now: datetime,
) -> Departure:
    """Hide a listed entry and end its terms today, whatever is promised still."""
    instructors.set_listed(session, entry=entry, listed=False, now=now)
    _end_terms(session, entry.id, today)
    departure = Departure(
        instructor_id=entry.id,
        left_on=today,
        reason=reason,
        user_id=user_id,
        recorded_at=now,
    )
    session.add(departure)
    _record(session, entry, Action.INSTRUCTOR_LEFT)
    return departure


def come_back(session: Session, *, instructor_id: int, actor: Actor, now: datetime) -> None:
    """List the entry again; a new term is set by itself. Raises `IsListed` (409)."""
    entry = _entry(session, instructor_id, actor)
    if not readmission.list_again(session, entry=entry, now=now):
        raise IsListed()
    _record(session, entry, Action.INSTRUCTOR_RETURNED)


def lectures_to_come(session: Session, instructor_id: int, now: datetime) -> Sequence[Lecture]:
    """The requested and confirmed lectures that are not over, the next first."""
    query = select(Lecture).where(
        Lecture.instructor_id == instructor_id, Lecture.state.in_(PROMISED), Lecture.ends_at > now
    )
    return session.scalars(query.order_by(Lecture.starts_at, Lecture.id).limit(100)).all()


def departures_of(session: Session, instructor_id: int) -> Sequence[Departure]:
    """When somebody left and came back, the last first."""
    query = select(Departure).where(Departure.instructor_id == instructor_id)
    return session.scalars(query.order_by(Departure.id.desc())).all()


def _entry(session: Session, instructor_id: int, actor: Actor) -> EditableEntry:
    return editable_entry.editable(
        session, instructor_id=instructor_id, actor=actor, permission=PERMISSION
    )


def _end_terms(session: Session, instructor_id: int, today: date) -> None:
    own = Term.instructor_id == instructor_id
    session.execute(delete(Term).where(own, Term.first > today))
    session.execute(update(Term).where(own, Term.last > today).values(last=today))


def _record(session: Session, entry: EditableEntry, action: Action) -> None:
    audit.record(
        session,
        action,
        about=About(SubjectKind.INSTRUCTOR, entry.id, entry.instructor.name),
        region_code=entry.instructor.region_code,
    )
    session.flush()
