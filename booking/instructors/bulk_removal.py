"""Take from many entries what an import added, or remove them whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from booking.db import Base, id_lists
from booking.instructors.bulk import refresh, sort
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.models import (
    Contact,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)

_DIRECT = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken away from an entry again: columns as they were, and rows."""

    entry: EditableEntry
    changed_at: datetime
    columns: Mapping[str, str | None]
    topics: tuple[int, ...] = ()
    fields: tuple[int, ...] = ()
    serves: tuple[str, ...] = ()
    contacts: tuple[int, ...] = ()


def take_back_many(session: Session, taken: Sequence[Taken]) -> None:
    """Take from entries what `complete_many` added."""
    for kind, ids in (
        (Topic, [row for one in taken for row in one.topics]),
        (Contact, [row for one in taken for row in one.contacts]),
    ):
        session.execute(
            delete(kind).where(id_lists.among(kind.id, True)),
            id_lists.names(ids),
            execution_options=_DIRECT,
        )
    links = (
        (InstructorField, [(one.entry.id, row) for one in taken for row in one.fields]),
        (ServedRegion, [(one.entry.id, row) for one in taken for row in one.serves]),
    )
    for table, keys in links:
        for owner, value in keys:
            session.execute(delete(table).where(_link(table, owner, value)))
    session.expire_all()
    for one in taken:
        for name, text in one.columns.items():
            setattr(one.entry.instructor, name, text)
        if "name_pinyin" in one.columns:
            sort(one.entry.instructor)
    refresh(session, [one.entry.instructor for one in taken])
    for one in taken:
        one.entry.instructor.changed_at = one.changed_at
    session.flush()


def _link(table: type[Base], owner: int, value: int | str) -> ColumnElement[bool]:
    if table is InstructorField:
        return (InstructorField.instructor_id == owner) & (InstructorField.field_id == value)
    return (ServedRegion.instructor_id == owner) & (ServedRegion.region_code == value)


def remove_many(session: Session, entries: Sequence[EditableEntry]) -> None:
    """Delete entries with all that belongs to them; lectures refuse it by their foreign key."""
    ids = id_lists.names([entry.id for entry in entries])
    session.execute(
        delete(Instructor).where(id_lists.among(Instructor.id, True)),
        ids,
        execution_options=_DIRECT,
    )
    session.expire_all()
