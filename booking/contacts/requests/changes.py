"""Carry out one command on a request for a contact: transition, history, event. Its only writer.

The caller owns the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.audit import About, Action, SubjectKind
from booking.contacts.requests.engine.events import CONTACT_REQUEST_CHANGED, ContactRequestEvent
from booking.contacts.requests.engine.lifecycle import (
    ContactCommand,
    ContactParty,
    ContactRequestMovedOn,
    ContactRequestState,
    state_at,
    take_transition,
)
from booking.contacts.requests.models import ContactRequest, ContactRequestHistory
from booking.errors import NotFound
from booking.outbox import service as outbox
from booking.text import plain


@dataclass(frozen=True, slots=True)
class Answering:
    """Who gives a command, in which capacity, and when."""

    party: ContactParty
    user_id: int | None
    name: str
    now: datetime


def locked(session: Session, request_id: int) -> ContactRequest:
    """The request with a lock on its row. Raises `NotFound`."""
    query = select(ContactRequest).where(ContactRequest.id == request_id)
    query = query.with_for_update(of=ContactRequest).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def change(
    session: Session,
    request: ContactRequest,
    command: ContactCommand,
    *,
    acting: Answering,
    reason: str = "",
    until: datetime | None = None,
) -> None:
    """Carry out a command on a locked request; `until` is the end of a grant.

    Raises what `lifecycle.take_transition` raises, and `ContactRequestMovedOn` (409) once the
    request or its grant is over.
    """
    reason = plain(reason).strip()
    over = state_at(request.state, request.expires_at, acting.now) is ContactRequestState.EXPIRED
    if over and command is not ContactCommand.EXPIRE:
        raise ContactRequestMovedOn()
    transition = take_transition(request.state, command, acting.party, reason)
    source, request.state = request.state, transition.target
    request.changed_at = acting.now
    request.answer = reason
    if until is not None:
        request.expires_at = until
    record(session, request, command, source=source, acting=acting, reason=reason)
    if transition.told:
        tell(session, request, command, source=source, acting=acting)


def record(
    session: Session,
    request: ContactRequest,
    command: ContactCommand,
    *,
    source: ContactRequestState | None,
    acting: Answering,
    reason: str,
) -> None:
    """Add the history row and the entry of the audit log, and flush."""
    session.add(
        ContactRequestHistory(
            request_id=request.id,
            at=acting.now,
            user_id=acting.user_id,
            actor_name=acting.name[:60],
            party=acting.party,
            command=command,
            source=source,
            target=request.state,
            reason=reason,
        )
    )
    audit.record(
        session,
        Action.CONTACT_REQUEST,
        about=About(SubjectKind.INSTRUCTOR, request.instructor_id, request.instructor.name),
        region_code=request.instructor.region_code,
        detail={"contact_step": command.value},
    )
    session.flush()


def tell(
    session: Session,
    request: ContactRequest,
    command: ContactCommand,
    *,
    source: ContactRequestState | None,
    acting: Answering,
) -> None:
    """Record the event of a step."""
    event = ContactRequestEvent(
        at=acting.now,
        request_id=request.id,
        number=request.number,
        command=command,
        source=source,
        by_user_id=acting.user_id,
        by_coordinator=acting.party is ContactParty.COORDINATOR,
        instructor_id=request.instructor_id,
        organisation_id=request.organisation_id,
        region_code=request.instructor.region_code,
        instructor=request.instructor.name,
        organisation=request.organisation.name,
        asker=request.asker_name,
        reason=request.reason if command is ContactCommand.ASK else request.answer,
        until=request.expires_at if command is ContactCommand.GRANT else None,
    )
    outbox.record(session, CONTACT_REQUEST_CHANGED, event, now=acting.now)
