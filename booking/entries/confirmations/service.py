"""Which people are asked whether their entry is still right. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.models import Membership, User
from booking.entries.confirmations.engine.events import ENTRY_STALE, EntryStale
from booking.entries.engine.freshness import FRESH
from booking.instructors.models import Instructor
from booking.outbox import service as outbox

AT_ONCE = 50
"""Most people who are asked in one round of the worker, which comes once an hour."""

_SEEN = func.coalesce(Instructor.confirmed_at, Instructor.created_at)


def _due(now: datetime) -> list[ColumnElement[bool]]:
    """Listed, not looked through for a year, not asked for a year, and with an account."""
    account = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.instructor_id == Instructor.id, User.active)
        .exists()
    )
    asked = or_(Instructor.reminded_at.is_(None), Instructor.reminded_at < now - FRESH)
    return [Instructor.listed.is_(True), now - FRESH > _SEEN, asked, account]


def to_ask(session: Session, *, now: datetime) -> Sequence[int]:
    """The ids of the entries whose people are to be asked, the oldest first."""
    query = select(Instructor.id).where(*_due(now)).order_by(_SEEN, Instructor.id)
    return session.scalars(query.limit(AT_ONCE)).all()


def ask(session: Session, *, instructor_id: int, now: datetime) -> bool:
    """Record that one person is to be asked; False if that is no longer so."""
    query = select(Instructor).where(Instructor.id == instructor_id, *_due(now))
    locked = query.with_for_update(of=Instructor).execution_options(populate_existing=True)
    instructor = session.scalars(locked).one_or_none()
    if instructor is None:
        return False
    instructor.reminded_at = now
    seen_at = instructor.confirmed_at or instructor.created_at
    event = EntryStale(now, instructor.id, instructor.name, seen_at)
    outbox.record(session, ENTRY_STALE, event, now=now)
    session.flush()
    return True
