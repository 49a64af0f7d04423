"""Reads invitations, and the instructors who were not invited yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.engine.sign_in_names import SignInName, read, read_phone
from booking.accounts.models import Membership, Organisation
from booking.accounts.queries import lies_under
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact, Instructor
from booking.members.engine.pages import AT_ONCE, Page
from booking.members.engine.states import InvitationState
from booking.members.models import Invitation
from booking.members.scopes import lies_in, may_be_given, within_scope

MOST_AT_ONCE = 500
"""Instructors that are invited in one go."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of invitations; None and empty leave a condition out."""

    states: frozenset[InvitationState] = frozenset()
    role: Role | None = None
    region_code: str | None = None
    name: str = ""


def invitations(
    session: Session, actor: Actor, wanted: Wanted, *, number: int, now: datetime
) -> Page[Invitation]:
    """A page of the invitations that the actor may manage, the newest first. Two queries."""
    joined = _joined(select(Invitation)).where(
        may_be_given(actor, Invitation), *_conditions(wanted, now)
    )
    total = session.scalar(joined.with_only_columns(func.count(Invitation.id)).order_by(None))
    rows = session.scalars(
        joined.options(
            contains_eager(Invitation.organisation).lazyload(Organisation.region),
            contains_eager(Invitation.instructor).lazyload(Instructor.region),
            joinedload(Invitation.region),
        )
        .order_by(Invitation.sent_at.desc(), Invitation.id.desc())
        .limit(AT_ONCE)
        .offset((number - 1) * AT_ONCE)
    )
    return Page(rows.unique().all(), total or 0, number)


def _joined(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Organisation, Organisation.id == Invitation.organisation_id).outerjoin(
        Instructor, Instructor.id == Invitation.instructor_id
    )


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.states:
        conditions.append(or_(*(_in_state(state, now) for state in wanted.states)))
    if wanted.role is not None:
        conditions.append(Invitation.role == wanted.role)
    if wanted.region_code is not None:
        conditions.append(lies_in(Invitation, wanted.region_code))
    if wanted.name:
        conditions.append(Invitation.name.contains(wanted.name, autoescape=True))
    return conditions


def _in_state(state: InvitationState, now: datetime) -> ColumnElement[bool]:
    accepted, revoked = Invitation.accepted_at, Invitation.revoked_at
    waits = and_(accepted.is_(None), revoked.is_(None))
    match state:
        case InvitationState.OPEN:
            return and_(waits, Invitation.expires_at > now)
        case InvitationState.EXPIRED:
            return and_(waits, Invitation.expires_at <= now)
        case InvitationState.ACCEPTED:
            return accepted.is_not(None)
    return and_(accepted.is_(None), revoked.is_not(None))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Instructors without an account, and how many there are in all."""

    rows: Sequence[Instructor]
    total: int


def uninvited(
    session: Session,
    actor: Actor,
    *,
    region_code: str | None,
    instructor_ids: Sequence[int] | None,
    now: datetime,
) -> Candidates:
    """Listed instructors in scope without an account and without an open invitation.

    `instructor_ids` narrows them, for instance to those of an import; None: all.
    """
    invited = exists().where(
        Invitation.instructor_id == Instructor.id, _in_state(InvitationState.OPEN, now)
    )
    conditions = [
        Instructor.listed,
        within_scope(actor, Instructor.region_code),
        _without_account(),
        ~invited,
        true() if instructor_ids is None else Instructor.id.in_(instructor_ids),
    ]
    if region_code is not None:
        conditions.append(lies_in_region(region_code))
    total = session.scalar(select(func.count(Instructor.id)).where(*conditions))
    query = select(Instructor).where(*conditions).options(lazyload(Instructor.region))
    query = query.order_by(Instructor.sort_key, Instructor.id).limit(MOST_AT_ONCE)
    return Candidates(session.scalars(query).all(), total or 0)


def lies_in_region(region_code: str) -> ColumnElement[bool]:
    """An instructor belongs to a region or one under it."""
    return lies_under(Instructor.region_code, region_code)


def to_invite(session: Session, actor: Actor, instructor_ids: Sequence[int]) -> list[Instructor]:
    """Those of the instructors who are in scope and have no account."""
    query = select(Instructor).where(
        Instructor.id.in_(instructor_ids[:MOST_AT_ONCE]),
        within_scope(actor, Instructor.region_code),
        _without_account(),
    )
    return list(session.scalars(query.order_by(Instructor.sort_key, Instructor.id)).unique())


def _without_account() -> ColumnElement[bool]:
    return ~exists().where(Membership.instructor_id == Instructor.id)


def registered_contacts(
    session: Session, instructor_ids: Sequence[int]
) -> dict[int, list[SignInName]]:
    """Addresses, then mobile numbers, that the register has of instructors. Never shown."""
    query = select(Contact).where(Contact.instructor_id.in_(instructor_ids)).order_by(Contact.id)
    found: dict[int, list[SignInName]] = {}
    for contact in session.scalars(query):
        name = _name(contact)
        if name is not None:
            found.setdefault(contact.instructor_id, []).append(name)
    for names in found.values():
        names.sort(key=lambda name: name.email is None)
    return found


def _name(contact: Contact) -> SignInName | None:
    if contact.channel is Channel.EMAIL:
        name = read(contact.value)
        return name if name is not None and name.email is not None else None
    number = read_phone(contact.value)
    return None if number is None else SignInName(phone=number)
