"""Reads of contacts: those kept, the consents in force, and who was shown which."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, User
from booking.accounts.queries import lies_under
from booking.contacts.engine.masks import masked
from booking.contacts.engine.reveals import DATA, Basis, Owner
from booking.contacts.models import Consent, Reveal, UserContact
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
    if owner.instructor_id is not None:
        query = select(Contact.id, Contact.channel, Contact.value).where(
            Contact.instructor_id == owner.instructor_id
        )
    else:
        query = select(UserContact.id, UserContact.channel, UserContact.value).where(
            UserContact.user_id == owner.user_id
        )
    rows = [KeptContact(*row) for row in session.execute(query)]
    order = list(Channel)
    return sorted(rows, key=lambda row: (order.index(row.channel), row.id))


def consents_in_force(session: Session, owner: Owner) -> Mapping[Channel, frozenset[Purpose]]:
    """The purposes to which a person has consented, for each channel."""
    query = select(Consent.channel, Consent.purpose).where(
        _of(Consent.instructor_id, Consent.user_id, owner), Consent.withdrawn_at.is_(None)
    )
    found: dict[Channel, frozenset[Purpose]] = {channel: frozenset() for channel in Channel}
    for channel, purpose in session.execute(query):
        found[channel] |= {purpose}
    return found


def showable(
    session: Session, owner: Owner, basis: Basis
) -> tuple[Sequence[KeptContact], Sequence[KeptContact]]:
    """The contacts that this basis lets its reader be shown, and those that it does not."""
    consents = consents_in_force(session, owner)
    allowed = {
        channel
        for channel in basis.channels
        if access(DATA[channel], basis.readers, consents[channel]) >= Access.ON_REQUEST
    }
    kept = contacts_of(session, owner)
    return (
        [one for one in kept if one.channel in allowed],
        [one for one in kept if one.channel not in allowed],
    )


def _of(
    instructor_id: InstrumentedAttribute[int | None],
    user_id: InstrumentedAttribute[int | None],
    owner: Owner,
) -> ColumnElement[bool]:
    if owner.instructor_id is not None:
        return instructor_id == owner.instructor_id
    return user_id == owner.user_id


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


def instructor_named(session: Session, instructor_id: int) -> Instructor | None:
    """The entry, or None."""
    return session.get(Instructor, instructor_id)


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
