"""Requests for contacts where two branches, or two entries, become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.contacts.requests.engine.lifecycle import ContactRequestState
from booking.contacts.requests.models import ContactRequest

_ASKED = ContactRequest.state == ContactRequestState.ASKED


def move_branch(session: Session, gone: Any, stays: Any) -> int:
    """Let the requests of one branch be those of another; returns how many rows."""
    other = ContactRequest.instructor_id
    return _move(session, ContactRequest.organisation_id, other, gone, stays)


def move_entry(session: Session, gone: int, stays: int) -> int:
    """Let the requests about one entry be about another; returns how many rows."""
    other = ContactRequest.organisation_id
    return _move(session, ContactRequest.instructor_id, other, gone, stays)


def _move(
    session: Session,
    column: InstrumentedAttribute[int],
    other: InstrumentedAttribute[int],
    gone: int,
    stays: int,
) -> int:
    # One of two requests that wait stays open: the database allows no second one.
    waiting = set(session.scalars(select(other).where(column == stays, _ASKED)))
    doubles = update(ContactRequest).where(column == gone, _ASKED, other.in_(sorted(waiting)))
    session.execute(_apart(doubles.values(state=ContactRequestState.WITHDRAWN)))
    change = update(ContactRequest).where(column == gone).values({column.key: stays})
    result: Any = session.execute(_apart(change))
    session.expire_all()
    return int(result.rowcount)


def _apart(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)
