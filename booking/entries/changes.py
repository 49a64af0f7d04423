"""Applies a change to an entry and leaves its row of history and its audit entry. No decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.accounts.models import User
from booking.entries import values
from booking.entries.engine.parts import EntryPart, written
from booking.entries.models import EntryChange
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.models import Instructor


def apply(
    session: Session,
    *,
    entry: EditableEntry,
    part: EntryPart,
    value: Any,
    actor: Actor,
    now: datetime,
    topic_id: int | None = None,
    undoes_id: int | None = None,
) -> EntryChange:
    """Write a part, and record the change."""
    before = written(values.read(session, entry.instructor, part, topic_id))
    values.write(session, entry, part, value, now=now, topic_id=topic_id)
    return record(
        session,
        entry=entry,
        part=part,
        before=before,
        after=written(value),
        actor=actor,
        now=now,
        topic_id=topic_id,
        undoes_id=undoes_id,
    )


def record(
    session: Session,
    *,
    entry: EditableEntry,
    part: EntryPart,
    before: Any,
    after: Any,
    actor: Actor,
    now: datetime,
    topic_id: int | None = None,
    undoes_id: int | None = None,
) -> EntryChange:
    """Add the row of history, and an entry of the audit log, which names the part only."""
    row = EntryChange(
        instructor_id=entry.id,
        topic_id=topic_id,
        at=now,
        user_id=actor.user_id,
        actor_name=name_of(session, actor),
        on_behalf=entry.id not in actor.instructor_ids,
        part=part,
        before=before,
        after=after,
        undoes_id=undoes_id,
    )
    session.add(row)
    session.flush()
    detail: dict[str, Any] = {"entry_part": part.value}
    audit.record(
        session,
        audit.Action.ENTRY_CHANGED,
        about=about(entry.instructor),
        region_code=entry.instructor.region_code,
        detail=detail | ({"undone": True} if undoes_id is not None else {}),
    )
    return row


def about(instructor: Instructor) -> audit.About:
    """An entry as the subject of an audit entry."""
    return audit.About(audit.SubjectKind.INSTRUCTOR, instructor.id, instructor.name)


def name_of(session: Session, actor: Actor) -> str:
    """The user's name, never a mail address; empty for the system."""
    if actor.user_id is None:
        return ""
    return session.scalar(select(User.name).where(User.id == actor.user_id)) or ""
