"""Reads of nominations: the queue of reviewers, one's own, one, and others of the same name."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from booking.accounts.engine.permissions import Subject
from booking.accounts.engine.roles import Actor, Role
from booking.accounts.queries import lies_under
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.nominations.engine.lifecycle import DECIDABLE, OVER, NominationState
from booking.nominations.models import Nomination, NominationHistory

AT_ONCE = 30
MOST_OWN = 100


class NominationList(enum.StrEnum):
    """The lists of the queue."""

    TO_DECIDE = "decide"
    RETURNED = "returned"
    OVER = "over"


STATES: dict[NominationList, tuple[NominationState, ...]] = {
    NominationList.TO_DECIDE: DECIDABLE,
    NominationList.RETURNED: (NominationState.RETURNED,),
    NominationList.OVER: OVER,
}


@dataclass(frozen=True, slots=True)
class NominationPage:
    """A page of a list, and the number of all of it."""

    rows: Sequence[Nomination]
    total: int
    page: int
    pages: int


def subject(nomination: Nomination) -> Subject:
    """The permission subject of a review."""
    return Subject(region_codes=frozenset({nomination.region_code}))


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """SQL condition: the nomination's region is one that the actor coordinates."""
    if actor.has(Role.ADMIN):
        return true()
    return or_(*(lies_under(Nomination.region_code, scope) for scope in sorted(actor.scopes)))


def by_id(session: Session, nomination_id: int) -> Nomination:
    """The nomination; raises `NotFound`."""
    nomination = session.get(Nomination, nomination_id)
    if nomination is None:
        raise NotFound()
    return nomination


def own_by_id(session: Session, nomination_id: int, actor: Actor) -> Nomination:
    """The nomination, if the actor or a unit of the actor made it; raises `NotFound` (404)."""
    query = select(Nomination).where(Nomination.id == nomination_id, _is_own(actor))
    nomination = session.scalars(query).one_or_none()
    if nomination is None:
        raise NotFound()
    return nomination


def own(session: Session, actor: Actor) -> Sequence[Nomination]:
    """The nominations that the actor or a unit of the actor made, the newest first."""
    query = select(Nomination).where(_is_own(actor)).order_by(Nomination.id.desc())
    return session.scalars(query.limit(MOST_OWN)).unique().all()


def _is_own(actor: Actor) -> ColumnElement[bool]:
    by_account = and_(Nomination.user_id == actor.user_id, Nomination.organisation_id.is_(None))
    return or_(by_account, Nomination.organisation_id.in_(sorted(actor.organisation_ids)))


def queue(session: Session, actor: Actor, chosen: NominationList, page: int) -> NominationPage:
    """A page of a list, the oldest first, of what is over the newest first."""
    conditions = (in_scope(actor), Nomination.state.in_(STATES[chosen]))
    total = session.scalar(select(func.count(Nomination.id)).where(*conditions)) or 0
    pages = max(1, -(-total // AT_ONCE))
    page = min(max(1, page), pages)
    order = Nomination.id.desc() if chosen is NominationList.OVER else Nomination.id
    query = select(Nomination).where(*conditions).order_by(order)
    query = query.limit(AT_ONCE).offset((page - 1) * AT_ONCE)
    return NominationPage(session.scalars(query).unique().all(), total, page, pages)


def counts(session: Session, actor: Actor) -> dict[NominationList, int]:
    """The number of nominations in each list. One query."""
    query = select(Nomination.state, func.count(Nomination.id)).where(in_scope(actor))
    found = dict(session.execute(query.group_by(Nomination.state)).all())
    return {one: sum(found.get(state, 0) for state in states) for one, states in STATES.items()}


def history(session: Session, nomination_id: int) -> Sequence[NominationHistory]:
    """What happened, the oldest first."""
    query = select(NominationHistory).where(NominationHistory.nomination_id == nomination_id)
    return session.scalars(query.order_by(NominationHistory.id)).all()


def last_remarks(rows: Collection[NominationHistory]) -> str:
    """The last remarks or reason in a history; empty without any."""
    return next((row.reason for row in reversed(list(rows)) if row.reason), "")


def same_name(session: Session, nomination: Nomination, actor: Actor) -> Sequence[Nomination]:
    """Other nominations of this name that the actor may review."""
    query = select(Nomination).where(
        Nomination.name == nomination.name, Nomination.id != nomination.id, in_scope(actor)
    )
    return session.scalars(query.order_by(Nomination.id.desc()).limit(5)).unique().all()


def entries_called(session: Session, name: str, actor: Actor) -> Sequence[Instructor]:
    """The entries of this name that the actor may change."""
    query = select(Instructor).where(Instructor.name == name).order_by(Instructor.id).limit(20)
    rows = session.scalars(query.options(selectinload(Instructor.topics)))
    return [row for row in rows if actor.coordinates(row.region_code)]
