"""Reads of entries: whether changes are reviewed, what waits, history. No locks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role, lineage
from booking.accounts.models import Region
from booking.accounts.queries import lies_under
from booking.entries.models import EntryChange, Portrait, RequestedChange, RequestState
from booking.instructors.models import Instructor

OPEN = (RequestState.WAITING, RequestState.RETURNED)
"""What a person still sees of the changes that they asked for."""

NEWEST = 50
"""How many changes of an entry a page shows."""


def reviewing_regions(session: Session) -> frozenset[str]:
    """The codes of the regions that ask for review of entries themselves. One query."""
    return frozenset(session.scalars(select(Region.code).where(Region.entry_reviews)))


def is_reviewed(session: Session, region_code: str) -> bool:
    """Whether a region or one above it asks for review of what instructors change."""
    return not reviewing_regions(session).isdisjoint(lineage(region_code))


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Condition: the actor coordinates the region of the instructor."""
    if actor.has(Role.ADMIN):
        return Instructor.id.is_not(None)
    return or_(False, *(lies_under(Instructor.region_code, code) for code in sorted(actor.scopes)))


def open_requests(session: Session, instructor_id: int) -> Sequence[RequestedChange]:
    """The changes of an entry that wait or were returned, oldest first."""
    query = select(RequestedChange).where(
        RequestedChange.instructor_id == instructor_id, RequestedChange.state.in_(OPEN)
    )
    return session.scalars(query.order_by(RequestedChange.id)).all()


def waiting_count(session: Session, actor: Actor) -> int:
    """How many changes wait for this coordinator."""
    query = (
        select(func.count())
        .select_from(RequestedChange)
        .join(Instructor, Instructor.id == RequestedChange.instructor_id)
        .where(RequestedChange.state == RequestState.WAITING, in_scope(actor))
    )
    return session.scalar(query) or 0


def history(session: Session, instructor_id: int) -> Sequence[EntryChange]:
    """The newest changes of an entry, newest first."""
    query = select(EntryChange).where(EntryChange.instructor_id == instructor_id)
    return session.scalars(query.order_by(EntryChange.id.desc()).limit(NEWEST)).all()


def portrait_digest(session: Session, instructor_id: int) -> str | None:
    """The digest of the picture; None: there is none."""
    return session.scalar(select(Portrait.digest).where(Portrait.instructor_id == instructor_id))


def stale_entry(
    session: Session, instructor_ids: Collection[int], before: datetime
) -> Instructor | None:
    """The first of these entries that was not looked through since an instant. One query."""
    seen = func.coalesce(Instructor.confirmed_at, Instructor.created_at)
    query = select(Instructor).where(Instructor.id.in_(instructor_ids), seen < before)
    return session.scalars(query.order_by(Instructor.id).limit(1)).first()
