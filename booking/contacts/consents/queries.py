"""Reads of consents, and of the contacts that may be shown because of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from booking.contacts.consents.engine.questions import TEXT_VERSION, InForce, Question
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import DATA
from booking.contacts.models import Consent, ConsentAnswer, UserContact
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact
from booking.visibility.engine.readers import Access, Purpose, Reader
from booking.visibility.engine.table import access


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact that its reader may see as it is."""

    channel: Channel
    value: str


def in_force(
    session: Session,
    *,
    instructor_ids: Collection[int] = (),
    user_ids: Collection[int] = (),
) -> InForce:
    """The consents in force of these entries and accounts. One query."""
    query = select(Consent.instructor_id, Consent.user_id, Consent.purpose, Consent.channel).where(
        Consent.withdrawn_at.is_(None),
        or_(
            Consent.instructor_id.in_(sorted(instructor_ids)),
            Consent.user_id.in_(sorted(user_ids)),
        ),
    )
    return InForce(
        (one.instructor_id, one.user_id, one.purpose, one.channel) for one in session.execute(query)
    )


def given_at(
    session: Session, owners: Collection[Owner]
) -> Mapping[Owner, Mapping[Question, datetime]]:
    """Since when each consent in force of these persons holds. One query."""
    found: dict[Owner, dict[Question, datetime]] = {owner: {} for owner in owners}
    query = select(
        Consent.instructor_id,
        Consent.user_id,
        Consent.purpose,
        Consent.channel,
        Consent.given_at,
    ).where(Consent.withdrawn_at.is_(None), _of(owners))
    for instructor_id, user_id, purpose, channel, at in session.execute(query):
        found[Owner(instructor_id, user_id)][Question(purpose, channel)] = at
    return found


def contacts_of(
    session: Session, owners: Collection[Owner]
) -> Mapping[Owner, Sequence[ShownContact]]:
    """All contacts of persons, for each person alone. One query for each kind of owner."""
    found: dict[Owner, list[ShownContact]] = {owner: [] for owner in owners}
    entries = select(Contact.instructor_id, Contact.channel, Contact.value).where(
        Contact.instructor_id.in_(_entries(owners))
    )
    for key, channel, value in session.execute(entries.order_by(Contact.id)):
        found[Owner(instructor_id=key)].append(ShownContact(channel, value))
    accounts = select(UserContact.user_id, UserContact.channel, UserContact.value).where(
        UserContact.user_id.in_(_accounts(owners))
    )
    for key, channel, value in session.execute(accounts.order_by(UserContact.id)):
        found[Owner(user_id=key)].append(ShownContact(channel, value))
    return found


CONSENTED = (
    select(Contact.id, Contact.channel, Contact.value, Consent.purpose)
    .join(
        Consent,
        (Consent.instructor_id == Contact.instructor_id) & (Consent.channel == Contact.channel),
    )
    .where(Consent.withdrawn_at.is_(None), Consent.purpose == Purpose.PUBLISH)
)
"""The contacts of entries that can be shown without any act, for a query that adds whose."""


def shown(
    consented: Iterable[tuple[Channel, str, Purpose]],
    readers: frozenset[Reader],
    *,
    public_entry: bool,
) -> list[ShownContact]:
    """Those contacts that a page shows to these readers as they are; rows as of `CONSENTED`."""
    # What the person's own pages show is another matter.
    others = readers - {Reader.PERSON}
    return [
        ShownContact(channel, value)
        for channel, value, purpose in consented
        if access(DATA[channel], others, frozenset({purpose}), public_entry=public_entry)
        is Access.FULL
    ]


def has_answered(session: Session, user_id: int) -> bool:
    """Whether an account has answered or skipped the question of this version."""
    return session.get(ConsentAnswer, (user_id, TEXT_VERSION)) is not None


def _of(owners: Collection[Owner]) -> ColumnElement[bool]:
    return or_(Consent.instructor_id.in_(_entries(owners)), Consent.user_id.in_(_accounts(owners)))


def _entries(owners: Collection[Owner]) -> list[int]:
    return sorted(one.instructor_id for one in owners if one.instructor_id is not None)


def _accounts(owners: Collection[Owner]) -> list[int]:
    return sorted(one.user_id for one in owners if one.user_id is not None)
