"""The permission to change a register entry, checked on the locked row.

Every function of `service` that changes an entry takes an `EditableEntry`, and only this module
creates one: a change whose permission was not checked cannot be written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Actor
from booking.db import id_lists
from booking.errors import Forbidden, NotFound
from booking.instructors.models import Instructor, MergedEntry


@dataclass(frozen=True, slots=True)
class EditableEntry:
    """An entry that is locked until the unit of work ends, and that the actor may change."""

    instructor: Instructor

    @property
    def id(self) -> int:
        """The id of the instructor."""
        return self.instructor.id


def may_edit(actor: Actor, permission: str, instructor: Instructor) -> bool:
    """Whether the actor has `permission` for this entry, by the entry's own region."""
    return _may(actor, permission, instructor.id, instructor.region_code)


def _may(actor: Actor, permission: str, instructor_id: int | None, region_code: str) -> bool:
    subject = Subject(instructor_id=instructor_id, region_codes=frozenset({region_code}))
    return allowed(permission, actor, subject)


def may_add(actor: Actor, permission: str, region_code: str) -> bool:
    """Whether the actor has `permission` for new entries of a region."""
    return _may(actor, permission, None, region_code)


def editable(
    session: Session, *, instructor_id: int, actor: Actor, permission: str
) -> EditableEntry:
    """Lock one entry to change it. Raises `NotFound` (404) or `Forbidden` (403)."""
    instructor = session.scalars(_locked().where(Instructor.id == instructor_id)).one_or_none()
    if instructor is None:
        raise NotFound()
    if not may_edit(actor, permission, instructor):
        raise Forbidden()
    return EditableEntry(instructor)


def editable_named(
    session: Session, *, names: Collection[str], actor: Actor, permission: str
) -> tuple[list[EditableEntry], list[Instructor]]:
    """Lock all entries with these names: those that may be changed, and the rest, read-only."""
    instructors = session.scalars(_locked().where(Instructor.name.in_(names))).all()
    entries = [
        EditableEntry(instructor)
        for instructor in instructors
        if may_edit(actor, permission, instructor)
    ]
    return entries, [
        instructor for instructor in instructors if not may_edit(actor, permission, instructor)
    ]


def editable_many(
    session: Session, *, ids: Collection[int], actor: Actor, permission: str
) -> list[EditableEntry]:
    """Lock those of these entries that exist; `Forbidden` (403) if any may not be changed."""
    query = _locked().where(id_lists.among(Instructor.id, True))
    instructors = session.scalars(query, id_lists.names(ids)).all()
    if not all(may_edit(actor, permission, instructor) for instructor in instructors):
        raise Forbidden()
    return [EditableEntry(instructor) for instructor in instructors]


def added(session: Session, *, instructor: Instructor, actor: Actor) -> EditableEntry:
    """A new entry, which is invisible to other transactions until the unit of work ends.

    Raises `Forbidden` (403) unless the actor may import entries of its region.
    """
    if not may_add(actor, "register.import", instructor.region_code):
        raise Forbidden()
    instructor.id = _unused_id(session)
    session.add(instructor)
    session.flush()
    return EditableEntry(instructor)


def _unused_id(session: Session) -> Any:
    """An id that no entry ever had: SQLite would give the greatest one again once it is free."""
    if session.get_bind().dialect.name != "sqlite":
        return None  # A sequence gives no id twice.
    columns = (Instructor.id, MergedEntry.old_id)
    return max(session.scalar(select(func.max(column))) or 0 for column in columns) + 1


def _locked() -> Select[Instructor]:
    """SELECT of entries with row locks in id order, so that two bulk locks do not deadlock."""
    query = select(Instructor).order_by(Instructor.id).with_for_update(of=Instructor)
    return query.execution_options(populate_existing=True)
