"""Keep the contacts of an account or an entry. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Actor
from booking.accounts.models import User
from booking.audit import About, Action, SubjectKind
from booking.contacts.engine import values
from booking.contacts.engine.owners import Owner
from booking.contacts.models import UserContact
from booking.contacts.queries import contacts_of
from booking.errors import Invalid, NotFound
from booking.instructors import editable_entry
from booking.instructors import service as instructors
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.models import Contact, Instructor
from booking.sentences import N_

MOST_CONTACTS = 6


def add(session: Session, owner: Owner, *, typed: str, actor: Actor, now: datetime) -> None:
    """Add a contact. Raises `Invalid` (422), and `NotFound` for an entry out of scope."""
    channel, value = values.read(typed)
    entry = _lock(session, owner, actor)
    kept = contacts_of(session, owner)
    if (channel, value) in {(one.channel, one.value) for one in kept}:
        raise Invalid(N_("This contact is kept already."), field="value")
    if len(kept) >= MOST_CONTACTS:
        raise Invalid(
            N_("At most %(max)s contacts are kept: remove one first.", max=MOST_CONTACTS),
            field="value",
        )
    if entry is not None:
        instructors.add_contacts(session, entry=entry, contacts=[(channel, value)], now=now)
    else:
        session.add(
            UserContact(user_id=owner.user_id, channel=channel, value=value, created_at=now)
        )
        session.flush()
    _note(session, owner, "added")


def change(
    session: Session, owner: Owner, contact_id: int, *, typed: str, actor: Actor, now: datetime
) -> None:
    """Replace a contact by another; the old one is gone. Raises as `add`."""
    remove(session, owner, contact_id, actor=actor)
    add(session, owner, typed=typed, actor=actor, now=now)


def remove(session: Session, owner: Owner, contact_id: int, *, actor: Actor) -> None:
    """Delete a contact; raises `NotFound`."""
    _lock(session, owner, actor)
    row: Contact | UserContact | None
    if owner.instructor_id is not None:
        row = session.get(Contact, contact_id)
    else:
        row = session.get(UserContact, contact_id)
    if row is None or _owner(row) != owner:
        raise NotFound()
    session.delete(row)
    session.flush()
    _note(session, owner, "removed")


def _owner(row: Contact | UserContact) -> Owner:
    if isinstance(row, Contact):
        return Owner(instructor_id=row.instructor_id)
    return Owner(user_id=row.user_id)


def _lock(session: Session, owner: Owner, actor: Actor) -> EditableEntry | None:
    """Lock the entry or account, whose contacts the actor must be allowed to keep.

    Returns the entry; None: it is an account.
    """
    if owner.instructor_id is None:
        if owner.user_id != actor.user_id:
            raise NotFound()
        session.get(User, owner.user_id, with_for_update=True)
        return None
    instructor = session.get(Instructor, owner.instructor_id)
    if instructor is None or not may_keep(actor, instructor):
        raise NotFound()
    return editable_entry.editable(
        session, instructor_id=owner.instructor_id, actor=actor, permission="entry.edit"
    )


def may_keep(actor: Actor, instructor: Instructor) -> bool:
    """Whether the actor keeps the contacts of this entry."""
    regions = frozenset({instructor.region_code})
    return allowed("entry.edit", actor, Subject(instructor_id=instructor.id, region_codes=regions))


def _note(session: Session, owner: Owner, what: str) -> None:
    if owner.instructor_id is not None:
        entry = session.get_one(Instructor, owner.instructor_id)
        about = About(SubjectKind.INSTRUCTOR, entry.id, entry.name)
        region: str | None = entry.region_code
    else:
        user = session.get_one(User, owner.user_id)
        about, region = About(SubjectKind.USER, user.id, user.label), None
    audit.record(
        session,
        Action.CONTACT_CHANGED,
        about=about,
        region_code=region,
        detail={"change": what},
    )
