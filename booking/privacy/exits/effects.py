"""What happens at once when somebody leaves, and what comes back if it is taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from booking.accounts import access
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.availability.models import Term
from booking.calendars.feeds import service as feeds
from booking.calendars.feeds.models import Feed
from booking.contacts.models import Consent
from booking.contacts.requests import service as requests
from booking.contacts.requests.changes import Answering
from booking.contacts.requests.engine.lifecycle import ContactParty
from booking.errors import DomainError
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.models import Instructor
from booking.nominations.departures import readmission
from booking.nominations.departures import service as departures
from booking.orders.claims import service as claims
from booking.orders.models import ClaimState, Order, OrderClaim
from booking.privacy.exits.models import Leaving, LeavingEntry


def end_memberships(session: Session, user: User, now: datetime) -> list[dict[str, Any]]:
    """End all but those of the own entry, which is needed for what is still promised.

    What an organisation has booked stays with it and its other contacts.
    """
    ended = []
    for membership in list(user.memberships):
        if membership.role is Role.INSTRUCTOR:
            continue
        limit = _limit(membership)
        access.remove_role(session, user=user, role=membership.role, now=now, **limit)
        ended.append({"role": membership.role.value, "limit": limit})
    session.expire(user, ["memberships"])
    return ended


def give_memberships_back(session: Session, user: User, leaving: Leaving, now: datetime) -> None:
    """Give back what ended; not what is impossible by now, such as a closed organisation's."""
    for one in leaving.memberships:
        try:
            access.add_role(session, user=user, role=Role(one["role"]), now=now, **one["limit"])
        except DomainError:
            continue


def _limit(membership: Membership) -> dict[str, Any]:
    limits = {
        "organisation_id": membership.organisation_id,
        "region_code": membership.region_code,
    }
    return {name: limit for name, limit in limits.items() if limit is not None}


def hide(
    session: Session,
    *,
    entry: EditableEntry,
    reason: str,
    user_id: int | None,
    today: date,
    now: datetime,
) -> LeavingEntry:
    """Hide an entry, end its terms and calendar addresses, and take back its claims."""
    kept = LeavingEntry(
        instructor_id=entry.id, was_listed=entry.instructor.listed, terms=_terms(session, entry.id)
    )
    if entry.instructor.listed:
        departures.depart(
            session, entry=entry, reason=reason, user_id=user_id, today=today, now=now
        )
    feeds.revoke_where(session, Feed.instructor_id == entry.id, now=now)
    claimed = select(Order.number).join(OrderClaim, OrderClaim.order_id == Order.id)
    waiting = OrderClaim.instructor_id == entry.id, OrderClaim.state == ClaimState.WAITING
    for number in session.scalars(claimed.where(*waiting).order_by(Order.id)).all():
        claims.withdraw(session, number=number, instructor_id=entry.id, user_id=user_id, now=now)
    return kept


def show_again(
    session: Session, *, entry: EditableEntry, kept: LeavingEntry, now: datetime
) -> None:
    """List an entry again with its terms, unless others were set in the meantime."""
    if not kept.was_listed:
        return
    readmission.list_again(session, entry=entry, now=now)
    known = {one["id"] for one in kept.terms}
    present = session.scalars(select(Term).where(Term.instructor_id == entry.id)).all()
    if any(term.id not in known for term in present):
        return
    by_id = {term.id: term for term in present}
    for one in kept.terms:
        first, last = date.fromisoformat(one["first"]), date.fromisoformat(one["last"])
        term = by_id.get(one["id"])
        if term is None:
            term = Term(instructor_id=entry.id, first=first, certificate=one["certificate"])
            session.add(term)
        term.last = last
    session.flush()


def _terms(session: Session, instructor_id: int) -> list[dict[str, Any]]:
    query = select(Term).where(Term.instructor_id == instructor_id).order_by(Term.first)
    return [
        {
            "id": term.id,
            "first": term.first.isoformat(),
            "last": term.last.isoformat(),
            "certificate": term.certificate,
        }
        for term in session.scalars(query)
    ]


def withdraw_consents(
    session: Session, *, user_id: int | None, instructor_ids: tuple[int, ...], now: datetime
) -> None:
    """Withdraw every consent. They do not come back: a new one must be given."""
    owners: list[ColumnElement[bool]] = [Consent.instructor_id.in_(instructor_ids)]
    if user_id is not None:
        owners.append(Consent.user_id == user_id)
    given = or_(*owners), Consent.withdrawn_at.is_(None)
    session.execute(update(Consent).where(*given).values(withdrawn_at=now))
    own = Instructor.id.in_(instructor_ids)
    session.execute(update(Instructor).where(own).values(public=False))


def end_contact_requests(
    session: Session, *, instructor_ids: tuple[int, ...], user_id: int | None, now: datetime
) -> None:
    """Revoke what was granted, and end what was asked for."""
    name = "" if user_id is None else session.get_one(User, user_id).label
    acting = Answering(ContactParty.PERSON, user_id, name, now)
    requests.end_of_leaver(session, instructor_ids=instructor_ids, acting=acting)
