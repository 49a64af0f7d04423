"""Take back the last change of the list of fields. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, inspect, select, update
from sqlalchemy.orm import Session

from booking.db import references
from booking.errors import Conflict
from booking.instructors import search_index
from booking.instructors.fields.models import ChangeKind, FieldChange
from booking.instructors.fields.queries import concerned, last_change
from booking.instructors.fields.service import checked_names, lock_entries, record, set_values
from booking.instructors.models import Field, InstructorField
from booking.instructors.synonyms import former_names
from booking.sentences import N_

TARGET = Field.__tablename__
AT_ONCE = 1000
"""Rows that one statement names."""


class NotTheLast(Conflict):
    """Another change came after it, or it was taken back already."""

    sentence = N_("The list has changed in the meantime. Look at its last change again.")


class FieldUsed(Conflict):
    """The field that was added is in use."""

    sentence = N_(
        "This field is in use already, so it cannot be taken back. Merge it into another instead."
    )


def undo(session: Session, *, change_id: int, now: datetime) -> FieldChange:
    """Take back the last change; raises `NotTheLast`, `FieldUsed`, or `Invalid` for a name."""
    change = last_change(session)
    if change is None or change.id != change_id:
        raise NotTheLast()
    back = {ChangeKind.ADDED: _remove, ChangeKind.EDITED: _restore, ChangeKind.MERGED: _separate}
    back[change.kind](session, change.reverse, now)
    former_names.forget(session, change.reverse.get("synonyms", ()))
    record(session, {"change": "undone", "name": change.name})
    session.delete(change)
    session.flush()
    return change


def _remove(session: Session, reverse: dict[str, Any], _now: datetime) -> None:
    field_id = reverse["field"]
    if references.is_named(session, TARGET, field_id):
        raise FieldUsed()
    session.delete(session.get_one(Field, field_id))
    session.flush()


def _restore(session: Session, reverse: dict[str, Any], now: datetime) -> None:
    field = session.get_one(Field, reverse["field"])
    entries = concerned(session, [field.id])
    lock_entries(session, entries)
    name, name_en = checked_names(session, reverse["name"], reverse["name_en"], besides=field)
    set_values(session, field, name, name_en, reverse["parent"])
    search_index.renew(session, entries, now=now)


def _separate(session: Session, reverse: dict[str, Any], now: datetime) -> None:
    """Give the field back what named it and still names the one that took it in."""
    gone, stays, rows = reverse["gone"], reverse["stays"], reverse["rows"]
    entries = concerned(session, [stays])
    lock_entries(session, entries)
    session.get_one(Field, gone).merged_into_id = None
    session.flush()
    for one in references.to(TARGET):
        for keys in _parts(rows.get(one.label, [])):
            key = inspect(one.column.class_).primary_key[0]
            back = update(one.column.class_).where(key.in_(keys), one.of(stays))
            session.execute(
                back.values({one.column: gone}), execution_options={"synchronize_session": False}
            )
    _give_back(session, gone, stays, rows["moved"], rows["both"])
    session.expire_all()
    search_index.renew(session, entries, now=now)


def _give_back(
    session: Session, gone: int, stays: int, moved: Sequence[int], both: Sequence[int]
) -> None:
    for ids in _parts(moved):
        here = InstructorField.instructor_id.in_(ids) & (InstructorField.field_id == stays)
        back = update(InstructorField).where(here).values(field_id=gone)
        session.execute(back, execution_options={"synchronize_session": False})
    for ids in _parts(both):
        works = select(InstructorField.instructor_id).where(
            InstructorField.field_id == stays, InstructorField.instructor_id.in_(ids)
        )
        rows = [{"instructor_id": one, "field_id": gone} for one in session.scalars(works)]
        if rows:
            session.execute(insert(InstructorField), rows)


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
