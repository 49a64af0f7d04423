"""Reads of contacts: those kept, the consents in force, and who was shown which."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, User
from booking.accounts.queries import lies_under
from booking.contacts.consents.queries import in_force
from booking.contacts.engine.masks import masked
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import DATA, Basis
from booking.contacts.models import Reveal, UserContact
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact, Instructor
from booking.visibility.engine.readers import Access, Purpose
from booking.visibility.engine.table import access

MOST_REVEALS = 200
"""The newest reveals that a person's own page tells."""


class KeptContact(NamedTuple):
    """A contact as it is stored."""

    id: int
    channel: Channel
    value: str

    @property
    def hint(self) -> str:
        """The masked value."""
        return masked(self.value)


def contacts_of(session: Session, owner: Owner) -> Sequence[KeptContact]:
    """The contacts of a person, telephone numbers first."""
    return contacts_of_all(session, [owner])[owner]


def contacts_of_all(
    session: Session, owners: Collection[Owner]
) -> Mapping[Owner, Sequence[KeptContact]]:
    """The contacts of several persons, by one statement for each kind of owner."""
    found: dict[Owner, list[KeptContact]] = {owner: [] for owner in owners}
    entries, users = _ids(owners)
    if entries:
        query = select(Contact.instructor_id, Contact.id, Contact.channel, Contact.value)
        rows = session.execute(query.where(Contact.instructor_id.in_(entries)))
        for key, contact_id, channel, value in rows:
            found[Owner(instructor_id=key)].append(KeptContact(contact_id, channel, value))
    if users:
        own = select(UserContact.user_id, UserContact.id, UserContact.channel, UserContact.value)
        for key, contact_id, channel, value in session.execute(
            own.where(UserContact.user_id.in_(users))
        ):
            found[Owner(user_id=key)].append(KeptContact(contact_id, channel, value))
    order = list(Channel)
    return {
        owner: sorted(rows, key=lambda row: (order.index(row.channel), row.id))
        for owner, rows in found.items()
    }


def _ids(owners: Collection[Owner]) -> tuple[list[int], list[int]]:
    """The ids of entries and of accounts."""
    return (
        sorted(one.instructor_id for one in owners if one.instructor_id is not None),
        sorted(one.user_id for one in owners if one.user_id is not None),
    )


def showable(
    session: Session, owners: Collection[Owner], basis: Basis
) -> Mapping[Owner, Sequence[KeptContact]]:
    """The contacts that this basis lets its reader be shown, of each person."""
    entries, users = _ids(owners)
    consents = in_force(session, instructor_ids=entries, user_ids=users)
    return {
        owner: [
            one for one in kept if _is_allowed(one.channel, basis, consents.of(owner, one.channel))
        ]
        for owner, kept in contacts_of_all(session, owners).items()
    }


def _is_allowed(channel: Channel, basis: Basis, purposes: frozenset[Purpose]) -> bool:
    """Whether the table of visibility lets this channel be shown."""
    given = access(DATA[channel], basis.readers, purposes)
    return channel in basis.channels and given >= Access.ON_REQUEST


def reveals_of(
    session: Session,
    instructor_ids: Collection[int],
    user_id: int | None,
    *,
    most: int = MOST_REVEALS,
) -> Sequence[Reveal]:
    """Who was shown contacts of these entries and of this account, the newest first."""
    query = (
        select(Reveal)
        .where(
            or_(
                Reveal.instructor_id.in_(sorted(instructor_ids)),
                false() if user_id is None else Reveal.user_id == user_id,
            )
        )
        .order_by(Reveal.shown_at.desc(), Reveal.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()


def in_scope_of(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on `Instructor`: its region is one that the actor coordinates."""
    if actor.has(Role.ADMIN):
        return true()
    scopes = sorted(actor.scopes)
    return or_(*(lies_under(Instructor.region_code, scope) for scope in scopes)) if scopes else (
        false()
    )  # fmt: skip


def members_of(session: Session, organisation_id: int) -> Sequence[User]:
    """The active contacts of a branch, in the order of their accounts."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            and_(
                Membership.organisation_id == organisation_id,
                Membership.role == Role.BRANCH,
                User.active,
            )
        )
        .order_by(User.id)
    )
    return session.scalars(query).unique().all()


def accounts_of(session: Session, instructor_id: int) -> Sequence[User]:
    """The active accounts of an instructor."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.instructor_id == instructor_id,
            Membership.role == Role.INSTRUCTOR,
            User.active,
        )
        .order_by(User.id)
    )
    return session.scalars(query).unique().all()
