"""Renew terms, or let them end. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.audit import About, Action, SubjectKind
from booking.availability import service as availability
from booking.availability.models import Term
from booking.errors import Invalid, NotFound
from booking.instructors import editable_entry
from booking.instructors.models import Instructor
from booking.nominations.certificates import numbers
from booking.nominations.engine import terms
from booking.nominations.models import TermEnding
from booking.sentences import N_
from booking.text import is_blank, one_line

LONGEST_REASON = 200
MOST_AT_ONCE = 200
AS_BEFORE = 0
"""Instead of a number of years: as long as the term before."""


def renew(
    session: Session, *, term_ids: Sequence[int], years: int, actor: Actor, now: datetime
) -> list[Term]:
    """Add a term after each of these, with a certificate of its own; all of them or none.

    Raises `Invalid` (422) if none is named, `NotFound` (404) for a term of another region,
    `TermsOverlap` (422) if a term was renewed meanwhile.
    """
    if not term_ids:
        raise Invalid(N_("Choose at least one term."), field="term")
    return [
        _renew(session, term_id, years, actor, now)
        for term_id in sorted(set(term_ids))[:MOST_AT_ONCE]
    ]


def _renew(session: Session, term_id: int, years: int, actor: Actor, now: datetime) -> Term:
    before, instructor = _own(session, term_id, actor)
    first = before.last + timedelta(days=1)
    length = terms.years_of(before.first, before.last) if years == AS_BEFORE else years
    number = numbers.next_number(session, first.year)
    term = availability.add_term(
        session,
        instructor_id=instructor.id,
        first=first,
        last=terms.last_day(first, length),
        certificate=number,
    )
    session.execute(delete(TermEnding).where(TermEnding.term_id == before.id))
    _record(session, instructor, change="renewed", first=term.first, last=term.last)
    return term


def let_end(
    session: Session, *, term_id: int, reason: str, actor: Actor, now: datetime
) -> TermEnding:
    """Decide that a term is not renewed. Raises `Invalid` (422) without a reason."""
    reason = one_line(reason)
    if is_blank(reason) or len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("Say why, in at most %(max)s characters.", max=LONGEST_REASON), field="reason"
        )
    term, instructor = _own(session, term_id, actor)
    ending = session.get(TermEnding, term.id) or TermEnding(term_id=term.id)
    ending.reason, ending.user_id, ending.decided_at = reason, actor.user_id, now
    session.add(ending)
    _record(session, instructor, change="left_to_end", last=term.last)
    session.flush()
    return ending


def decide_again(session: Session, *, term_id: int, actor: Actor) -> None:
    """Put a term that was left to end back into the queue; no error if it is there."""
    term, instructor = _own(session, term_id, actor)
    session.execute(delete(TermEnding).where(TermEnding.term_id == term.id))
    _record(session, instructor, change="to_decide_again", last=term.last)


def _own(session: Session, term_id: int, actor: Actor) -> tuple[Term, Instructor]:
    """A term with its instructor, whose row is locked: two renewals at once are one after other."""
    owner = session.scalar(select(Term.instructor_id).where(Term.id == term_id))
    if owner is None:
        raise NotFound()
    instructor = session.scalars(
        select(Instructor).where(Instructor.id == owner).with_for_update(of=Instructor)
    ).one()
    if not editable_entry.may_edit(actor, "term.edit", instructor):
        raise NotFound()
    return session.get_one(Term, term_id, populate_existing=True), instructor


def _record(session: Session, instructor: Instructor, **detail: object) -> None:
    audit.record(
        session,
        Action.TERM_RENEWED,
        about=About(SubjectKind.INSTRUCTOR, instructor.id, instructor.name),
        region_code=instructor.region_code,
        detail={name: str(value) for name, value in detail.items()},
    )
