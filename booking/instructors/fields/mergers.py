"""Merge a field into another, without losing topics, instructors or orders.

The row stays as an alias, by which old links and lists find the other. The caller owns the
transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from booking.db import references
from booking.errors import Invalid
from booking.instructors import search_index
from booking.instructors.fields.models import ChangeKind
from booking.instructors.fields.queries import concerned, has_below
from booking.instructors.fields.service import keep, lock_entries, locked, record
from booking.instructors.models import Field, InstructorField
from booking.instructors.synonyms import former_names
from booking.sentences import N_, Sentence

TARGET = Field.__tablename__


def obstacle(session: Session, gone: Field, stays: Field) -> Sentence | None:
    """Why a field cannot be merged into another, and what to do; None if it can."""
    if gone.id == stays.id:
        return N_("A field cannot be merged into itself. Choose another.")
    if stays.parent_id is not None and has_below(session, gone.id):
        return N_(
            "Other fields lie below this one, so it can only become a part of a field of the "
            "first level. Choose such a field, or move those below it first."
        )
    return None


def merge(
    session: Session, *, gone_id: int, stays_id: int, user_id: int | None, now: datetime
) -> Field:
    """Merge a field into another, which is returned; raises `Invalid`."""
    entries = concerned(session, [gone_id, stays_id])
    lock_entries(session, entries)
    gone, stays = locked(session, [gone_id, stays_id])
    wrong = obstacle(session, gone, stays)
    if wrong is not None:
        raise Invalid(wrong, field="into")
    reverse = {"gone": gone_id, "stays": stays_id, "rows": _rows(session, gone_id, stays_id)}
    moved = references.move(session, TARGET, gone_id, stays_id)
    gone.merged_into_id = stays_id
    session.flush()
    reverse["synonyms"] = former_names.follow(session, gone.name, stays.name)
    search_index.renew(session, entries, now=now)
    keep(session, ChangeKind.MERGED, gone, stays.name, reverse, user_id=user_id, now=now)
    counts = [f"{label} {count}" for label, count in moved.items()]
    record(session, {"change": "merged", "name": gone.name, "into": stays.name, "moved": counts})
    return stays


def _rows(session: Session, gone_id: int, stays_id: int) -> dict[str, Any]:
    """The rows that name the field, by table and column: for undoing it."""
    rows: dict[str, Any] = {}
    for one in references.to(TARGET):
        if one.column.class_ is not InstructorField:
            key = inspect(one.column.class_).primary_key[0]
            rows[one.label] = session.scalars(select(key).where(one.of(gone_id))).all()
    own = select(InstructorField.instructor_id)
    both = set(session.scalars(own.where(InstructorField.field_id == stays_id)))
    works = session.scalars(own.where(InstructorField.field_id == gone_id)).all()
    rows["both"] = [one for one in works if one in both]
    rows["moved"] = [one for one in works if one not in both]
    return {label: list(keys) for label, keys in rows.items()}


def settle(session: Session, *, now: datetime) -> int:
    """Move what came to merged fields since; returns the number of rows."""
    query = select(Field.id, Field.merged_into_id).where(Field.merged_into_id.is_not(None))
    total = 0
    for gone, stays in session.execute(query).all():
        entries = concerned(session, [gone])
        if stays is not None:
            total += sum(references.move(session, TARGET, gone, stays).values())
        if entries:
            search_index.renew_later(session, entries, now=now)
    return total
