"""Which entries of the register somebody may change, asked of the locked row.

Every function of `service` that changes an entry takes an `EditableEntry`, and only this module
makes one: a change whose permission nobody asked for cannot be written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Actor
from booking.errors import Forbidden, NotFound
from booking.instructors.models import Instructor


@dataclass(frozen=True, slots=True)
class EditableEntry:
    """An entry that is locked until the unit of work ends, and that somebody may change."""

    instructor: Instructor

    @property
    def id(self) -> int:
        """The id of the instructor."""
        return self.instructor.id


def may_edit(actor: Actor, permission: str, instructor: Instructor) -> bool:
    """Whether `permission` is given for this entry: it counts where the entry is at home."""
    return _may(actor, permission, instructor.id, instructor.region_code)


def _may(actor: Actor, permission: str, instructor_id: int | None, region_code: str) -> bool:
    subject = Subject(instructor_id=instructor_id, region_codes=frozenset({region_code}))
    return allowed(permission, actor, subject)


def may_add(actor: Actor, permission: str, region_code: str) -> bool:
    """Whether `permission` is given for new entries of a region."""
    return _may(actor, permission, None, region_code)


def editable(
    session: Session, *, instructor_id: int, actor: Actor, permission: str
) -> EditableEntry:
    """Lock one entry to change it. Raises `NotFound` (404) or `Forbidden` (403)."""
    found = session.scalars(_locked().where(Instructor.id == instructor_id)).one_or_none()
    if found is None:
        raise NotFound()
    if not may_edit(actor, permission, found):
        raise Forbidden()
    return EditableEntry(found)


def editable_named(
    session: Session, *, names: Collection[str], actor: Actor, permission: str
) -> tuple[list[EditableEntry], list[Instructor]]:
    """Lock all entries of these names: those that may be changed, and the rest, to read only."""
    found = session.scalars(_locked().where(Instructor.name.in_(names))).all()
    mine = [EditableEntry(one) for one in found if may_edit(actor, permission, one)]
    return mine, [one for one in found if not may_edit(actor, permission, one)]


def added(session: Session, *, instructor: Instructor, actor: Actor) -> EditableEntry:
    """A new entry, which nobody else sees before the unit of work ends.

    Raises `Forbidden` (403) where the actor keeps no register of the entry's region.
    """
    if not may_add(actor, "register.import", instructor.region_code):
        raise Forbidden()
    session.add(instructor)
    session.flush()
    return EditableEntry(instructor)


def _locked() -> Select[Instructor]:
    """Entries, locked in one order, so that two who lock many of them do not wait in a circle."""
    query = select(Instructor).order_by(Instructor.id).with_for_update(of=Instructor)
    return query.execution_options(populate_existing=True)
