"""Terms that end soon and have no successor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.queries import lies_under
from booking.availability.models import Term
from booking.instructors.models import Instructor
from booking.nominations.engine.terms import OVERDUE_DAYS, RENEWAL_DAYS
from booking.nominations.models import Departure, TermEnding

MOST_SHOWN = 200
MOST_DEPARTED = 30


@dataclass(frozen=True, slots=True)
class EndingTerm:
    """A term in the queue, with its instructor and, if so decided, why it is left to end."""

    term: Term
    instructor: Instructor
    ending: TermEnding | None


@dataclass(frozen=True, slots=True)
class Renewals:
    """The queue: what is to be decided, what is left to end, and how many there are in all."""

    to_decide: Sequence[EndingTerm]
    left_to_end: Sequence[EndingTerm]
    total: int


def ending_terms(session: Session, actor: Actor, today: date) -> Renewals:
    """The terms in the queue of the actor's regions, the one that ends first before the others."""
    query = (
        select(Term, Instructor, TermEnding)
        .join(Instructor, Instructor.id == Term.instructor_id)
        .outerjoin(TermEnding, TermEnding.term_id == Term.id)
        .where(*_conditions(actor, today))
        .order_by(Term.last, Term.id)
        .limit(MOST_SHOWN)
    )
    rows = [EndingTerm(*row) for row in session.execute(query).unique()]
    return Renewals(
        [row for row in rows if row.ending is None],
        [row for row in rows if row.ending is not None],
        count(session, actor, today),
    )


def count(session: Session, actor: Actor, today: date) -> int:
    """The number of terms in the queue."""
    query = select(func.count(Term.id)).join(Instructor, Instructor.id == Term.instructor_id)
    return session.scalar(query.where(*_conditions(actor, today))) or 0


def departed(session: Session, actor: Actor) -> list[tuple[Departure, Instructor]]:
    """Who has left the register of the actor's regions and not come back, the last first."""
    query = (
        select(Departure, Instructor)
        .join(Instructor, Instructor.id == Departure.instructor_id)
        .where(Departure.returned_at.is_(None), _in_scope(actor))
        .order_by(Departure.id.desc())
        .limit(MOST_DEPARTED)
    )
    return [(one, instructor) for one, instructor in session.execute(query).unique()]


def _conditions(actor: Actor, today: date) -> Sequence[ColumnElement[bool]]:
    later = aliased(Term)
    follows = exists().where(later.instructor_id == Term.instructor_id, later.first > Term.last)
    conditions: list[ColumnElement[bool]] = [
        Term.last.between(
            today - timedelta(days=OVERDUE_DAYS), today + timedelta(days=RENEWAL_DAYS)
        ),
        Instructor.listed.is_(True),
        ~follows,
        _in_scope(actor),
    ]
    return conditions


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    if actor.has(Role.ADMIN):
        return true()
    return or_(*(lies_under(Instructor.region_code, scope) for scope in sorted(actor.scopes)))
