"""What the person's own page reads: a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from booking.accounts.models import User
from booking.contacts.models import Consent, Reveal, UserContact
from booking.entries.models import Portrait
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact, Instructor
from booking.privacy.export.parts import Owned
from booking.register.engine.reports import Outcome
from booking.register.models import BatchEntry, ImportBatch
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Purpose

REVEALS_ON_PAGE = 20
DATUM_OF = {Channel.PHONE: Datum.PHONE, Channel.EMAIL: Datum.EMAIL}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry comes from: an import, by whom and when; None: it was added by itself."""

    imported_by: str | None
    imported_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnContact:
    """A contact of the person; `of_entry` tells where it is kept."""

    channel: Channel
    value: str
    created_at: datetime
    of_entry: bool


def entries(session: Session, who: Owned) -> Sequence[Instructor]:
    """The entries of the person, with fields and topics."""
    query = (
        select(Instructor)
        .where(Instructor.id.in_(who.instructor_ids))
        .options(selectinload(Instructor.fields), selectinload(Instructor.topics))
    )
    return session.scalars(query.order_by(Instructor.id)).unique().all()


def origins(session: Session, who: Owned) -> Mapping[int, Origin]:
    """Which entries came by an import, and whose."""
    query = (
        select(BatchEntry.instructor_id, User.name, ImportBatch.created_at)
        .join(ImportBatch, ImportBatch.id == BatchEntry.batch_id)
        .outerjoin(User, User.id == ImportBatch.user_id)
        .where(
            BatchEntry.instructor_id.in_(who.instructor_ids),
            BatchEntry.outcome == Outcome.ADDED,
        )
    )
    return {row[0]: Origin(row[1], row[2]) for row in session.execute(query)}


def with_portrait(session: Session, who: Owned) -> frozenset[int]:
    """The entries with a picture."""
    query = select(Portrait.instructor_id).where(Portrait.instructor_id.in_(who.instructor_ids))
    return frozenset(session.scalars(query))


def contacts(session: Session, who: Owned) -> list[OwnContact]:
    """The contacts of entries and account, but for the name for signing in."""
    of_entry = select(Contact.channel, Contact.value, Contact.created_at).where(
        Contact.instructor_id.in_(who.instructor_ids)
    )
    of_account = select(UserContact.channel, UserContact.value, UserContact.created_at).where(
        UserContact.user_id == who.user_id
    )
    return [
        *(OwnContact(*row, True) for row in session.execute(of_entry.order_by(Contact.id))),
        *(OwnContact(*row, False) for row in session.execute(of_account.order_by(UserContact.id))),
    ]


def consents(session: Session, who: Owned) -> Sequence[Consent]:
    """The consents in force, the oldest first."""
    query = select(Consent).where(
        or_(Consent.user_id == who.user_id, Consent.instructor_id.in_(who.instructor_ids)),
        Consent.withdrawn_at.is_(None),
    )
    return session.scalars(query.order_by(Consent.id)).all()


def by_datum(given: Sequence[Consent]) -> dict[Datum, frozenset[Purpose]]:
    """The purposes that were consented to, by the datum of the channel."""
    found: dict[Datum, set[Purpose]] = defaultdict(set)
    for one in given:
        if one.channel in DATUM_OF:
            found[DATUM_OF[one.channel]].add(one.purpose)
    return {datum: frozenset(purposes) for datum, purposes in found.items()}


def reveals(session: Session, who: Owned, *, page: int, size: int) -> tuple[Sequence[Reveal], int]:
    """Who saw contacts of the person, the latest first, and how many in all."""
    mine = _seen(who)
    total = session.scalar(select(func.count()).select_from(Reveal).where(mine)) or 0
    query = select(Reveal).where(mine).order_by(Reveal.shown_at.desc(), Reveal.id.desc())
    return session.scalars(query.offset((page - 1) * size).limit(size)).all(), total


def _seen(who: Owned) -> ColumnElement[bool]:
    return or_(Reveal.user_id == who.user_id, Reveal.instructor_id.in_(who.instructor_ids))
