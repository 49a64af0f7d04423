"""Reads of requests for a contact: of a branch, of a person, of a coordinator's regions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from booking.accounts.engine.permissions import Subject, books, teaches
from booking.accounts.engine.roles import Actor
from booking.contacts.queries import in_scope_of
from booking.contacts.requests.engine.lifecycle import ContactParty, ContactRequestState
from booking.contacts.requests.models import ContactRequest, ContactRequestHistory
from booking.errors import NotFound
from booking.instructors.models import Instructor

AT_ONCE = 50


def parties(who: Actor, request: ContactRequest) -> frozenset[ContactParty]:
    """The capacities in which an actor sees and changes a request; none: it is not theirs."""
    subject = Subject(organisation_id=request.organisation_id, instructor_id=request.instructor_id)
    table = {
        ContactParty.ASKER: books(who, subject),
        ContactParty.PERSON: teaches(who, subject),
        ContactParty.COORDINATOR: who.coordinates(request.instructor.region_code),
    }
    return frozenset(party for party, holds in table.items() if holds)


def by_id(
    session: Session, request_id: int, who: Actor
) -> tuple[ContactRequest, frozenset[ContactParty]]:
    """The request, and in which capacities the actor has to do with it; raises `NotFound`."""
    request = session.scalars(_whole().where(ContactRequest.id == request_id)).one_or_none()
    capacities = frozenset[ContactParty]() if request is None else parties(who, request)
    if request is None or not capacities:
        raise NotFound()
    return request, capacities


def _whole() -> Select[ContactRequest]:
    return select(ContactRequest).options(
        joinedload(ContactRequest.instructor), joinedload(ContactRequest.organisation)
    )


def _newest(session: Session, *conditions: ColumnElement[bool]) -> Sequence[ContactRequest]:
    query = _whole().where(*conditions).order_by(ContactRequest.id.desc()).limit(AT_ONCE)
    return session.scalars(query).all()


def of_branches(session: Session, who: Actor) -> Sequence[ContactRequest]:
    """The requests of the actor's branches, the newest first."""
    if not who.organisation_ids:
        return []
    return _newest(session, ContactRequest.organisation_id.in_(sorted(who.organisation_ids)))


def of_person(session: Session, who: Actor) -> Sequence[ContactRequest]:
    """The requests for the actor's own contact, the newest first."""
    if not who.instructor_ids:
        return []
    return _newest(session, ContactRequest.instructor_id.in_(sorted(who.instructor_ids)))


def in_scope(session: Session, who: Actor, *, waiting: bool, now: datetime) -> (
    Sequence[ContactRequest]
):  # fmt: skip
    """The requests in the actor's regions: those that wait, or the others."""
    wait = _waits(now)
    people = select(Instructor.id).where(in_scope_of(who))
    return _newest(session, ContactRequest.instructor_id.in_(people), wait if waiting else ~wait)


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(ContactRequest.state == ContactRequestState.ASKED, ContactRequest.expires_at > now)


def waiting_for_person(session: Session, who: Actor, now: datetime) -> int:
    """How many requests for the actor's own contact wait for an answer."""
    if not who.instructor_ids:
        return 0
    owners = ContactRequest.instructor_id.in_(sorted(who.instructor_ids))
    return session.scalar(select(func.count()).where(owners, _waits(now))) or 0


def waiting_in_scope(session: Session, who: Actor, now: datetime) -> int:
    """How many requests wait in the actor's regions."""
    people = select(Instructor.id).where(in_scope_of(who))
    query = select(func.count()).where(ContactRequest.instructor_id.in_(people), _waits(now))
    return session.scalar(query) or 0


def open_request(
    session: Session, who: Actor, instructor_id: int, now: datetime
) -> ContactRequest | None:
    """The newest request of the actor's branches for this person that waits or is granted now."""
    if not who.organisation_ids:
        return None
    states = (ContactRequestState.ASKED, ContactRequestState.GRANTED)
    query = (
        select(ContactRequest)
        .where(
            ContactRequest.organisation_id.in_(sorted(who.organisation_ids)),
            ContactRequest.instructor_id == instructor_id,
            ContactRequest.state.in_(states),
            ContactRequest.expires_at > now,
        )
        .order_by(ContactRequest.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def history_of(session: Session, request_id: int) -> Sequence[ContactRequestHistory]:
    """The steps of a request, in order."""
    query = select(ContactRequestHistory).where(ContactRequestHistory.request_id == request_id)
    return session.scalars(query.order_by(ContactRequestHistory.id)).all()


def due(session: Session, now: datetime, *, most: int) -> Sequence[int]:
    """The ids of requests and grants whose time is over."""
    states = (ContactRequestState.ASKED, ContactRequestState.GRANTED)
    query = select(ContactRequest.id).where(
        ContactRequest.state.in_(states), ContactRequest.expires_at <= now
    )
    return session.scalars(query.order_by(ContactRequest.expires_at).limit(most)).all()
