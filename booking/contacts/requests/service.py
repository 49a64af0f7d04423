"""Ask for a contact, and answer: grant until a day, decline, or send a message instead.

The caller owns the transaction and has checked who may do it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import Basis, Through
from booking.contacts.limits import check_sending
from booking.contacts.queries import contacts_of
from booking.contacts.requests import changes
from booking.contacts.requests.changes import Answering
from booking.contacts.requests.engine.lifecycle import (
    ANSWER_WITHIN,
    OPEN,
    ContactCommand,
    ContactParty,
    ContactRequestState,
    check_reason,
    state_at,
)
from booking.contacts.requests.models import ContactRequest
from booking.contacts.threads import service as threads
from booking.contacts.threads.engine.events import ThreadSide
from booking.errors import Invalid
from booking.instructors.engine.vocabulary import Channel
from booking.sentences import N_
from booking.text import plain
from booking.visibility.engine.readers import Reader


@dataclass(frozen=True, slots=True)
class Asking:
    """What a branch asks: whose contact, why, and perhaps for which lecture."""

    instructor_id: int
    organisation_id: int
    reason: str
    lecture_number: str = ""


def ask(
    session: Session, asking: Asking, *, user_id: int, name: str, now: datetime, limit: int
) -> ContactRequest:
    """Add a request. Raises `Invalid` (422) for a missing or long reason.

    Also `AskedAlready` (409) at the end of the transaction, and `MessageLimit` (429).
    """
    reason = plain(asking.reason).strip()
    check_reason(reason)
    check_sending(
        session,
        ContactRequest.asker_id,
        ContactRequest.asked_at,
        user_id=user_id,
        now=now,
        limit=limit,
    )
    request = ContactRequest(
        state=ContactRequestState.ASKED,
        instructor_id=asking.instructor_id,
        organisation_id=asking.organisation_id,
        asker_id=user_id,
        asker_name=name[:60],
        reason=reason,
        lecture_number=asking.lecture_number,
        asked_at=now,
        changed_at=now,
        expires_at=now + ANSWER_WITHIN,
    )
    # A request whose time is over no longer blocks the next one.
    _expire_older(session, asking, now)
    session.add(request)
    session.flush()
    acting = Answering(ContactParty.ASKER, user_id, name, now)
    changes.record(session, request, ContactCommand.ASK, source=None, acting=acting, reason=reason)
    changes.tell(session, request, ContactCommand.ASK, source=None, acting=acting)
    return request


def _expire_older(session: Session, asking: Asking, now: datetime) -> None:
    query = (
        select(ContactRequest)
        .where(
            ContactRequest.organisation_id == asking.organisation_id,
            ContactRequest.instructor_id == asking.instructor_id,
            ContactRequest.state == ContactRequestState.ASKED,
            ContactRequest.expires_at <= now,
        )
        .with_for_update(of=ContactRequest)
    )
    for older in session.scalars(query):
        expire(session, older, now=now)


def grant(
    session: Session,
    request: ContactRequest,
    *,
    channels: Collection[Channel],
    until: datetime,
    acting: Answering,
) -> None:
    """Let the branch be shown these contacts until an instant, which is excluded.

    Raises `Invalid` (422) without a channel that has a contact.
    """
    kept = contacts_of(session, Owner(instructor_id=request.instructor_id))
    given = frozenset(channels) & {one.channel for one in kept}
    if not given:
        raise Invalid(
            N_("Choose what you release. Only what is kept as a contact can be released."),
            field="channels",
        )
    request.shares_phone = Channel.PHONE in given
    request.shares_email = Channel.EMAIL in given
    changes.change(session, request, ContactCommand.GRANT, acting=acting, until=until)


def relay(
    session: Session, request: ContactRequest, *, text: str, acting: Answering, limit: int
) -> None:
    """Answer by a message instead of a contact; both sides can go on writing."""
    changes.change(session, request, ContactCommand.RELAY, acting=acting)
    assert acting.user_id is not None
    threads.send(
        session,
        parts_of(request),
        text=text,
        sender=threads.Sender(acting.user_id, acting.name, ThreadSide.INSTRUCTOR, limit),
        now=acting.now,
    )


def parts_of(request: ContactRequest) -> threads.Parts:
    """The sides of the messages about a request."""
    return threads.Parts(request.number, request.instructor_id, request.organisation_id)


def expire(session: Session, request: ContactRequest, *, now: datetime) -> None:
    """Note that the time of a request or grant is over."""
    acting = Answering(ContactParty.SYSTEM, None, "", now)
    changes.change(session, request, ContactCommand.EXPIRE, acting=acting)


def basis_of(request: ContactRequest, now: datetime) -> Basis | None:
    """On which basis the branch can be shown the contact now; None: on none."""
    if state_at(request.state, request.expires_at, now) is not ContactRequestState.GRANTED:
        return None
    return Basis(
        readers=frozenset({Reader.PUBLIC, Reader.MEMBER, Reader.GRANTED}),
        through=Through.GRANT,
        reason=request.reason,
        reference=request.number,
        channels=request.channels,
        until=request.expires_at,
    )


def end_of_leaver(session: Session, *, instructor_ids: Collection[int], acting: Answering) -> None:
    """End all open requests for the contacts of entries whose person leaves.

    Grants are revoked; what was only asked for is over.
    """
    query = select(ContactRequest.id).where(
        ContactRequest.instructor_id.in_(sorted(instructor_ids)), ContactRequest.state.in_(OPEN)
    )
    for request_id in session.scalars(query.order_by(ContactRequest.id)).all():
        request = changes.locked(session, request_id)
        state = state_at(request.state, request.expires_at, acting.now)
        if state is ContactRequestState.GRANTED:
            changes.change(session, request, ContactCommand.REVOKE, acting=acting)
        elif request.state in OPEN:
            system = replace(acting, party=ContactParty.SYSTEM)
            changes.change(session, request, ContactCommand.EXPIRE, acting=system)
