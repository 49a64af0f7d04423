"""Reads what waits for a coordinator, with what each change would alter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.accounts.engine.roles import Actor
from booking.entries.engine.parts import (
    Difference,
    EntryPart,
    Name,
    Post,
    Values,
    differences,
    patched,
    written,
)
from booking.entries.models import RequestedChange, RequestState
from booking.entries.queries import in_scope
from booking.entries.values import topic_facts
from booking.instructors.models import Instructor, Topic

MOST = 50
"""How many changes a page shows; the oldest come first."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A requested change beside what the entry says now."""

    row: RequestedChange
    differences: Sequence[Difference]
    """From what is there now to what it would be."""

    @property
    def overtaken(self) -> bool:
        """Whether the entry says already what was asked for."""
        return not self.differences


def waiting(session: Session, actor: Actor) -> list[Waiting]:
    """The oldest changes that wait for this coordinator. One query."""
    query = (
        select(RequestedChange)
        .join(Instructor, Instructor.id == RequestedChange.instructor_id)
        .where(RequestedChange.state == RequestState.WAITING, in_scope(actor))
        .options(
            joinedload(RequestedChange.instructor, innerjoin=True),
            joinedload(RequestedChange.topic),
        )
        .order_by(RequestedChange.asked_at, RequestedChange.id)
        .limit(MOST)
    )
    return [_beside_present(row) for row in session.scalars(query)]


def _beside_present(row: RequestedChange) -> Waiting:
    present = _present(row.part, row.instructor, row.topic)
    return Waiting(row, differences(present, patched(present, row.before, row.after)))


def _present(part: EntryPart, instructor: Instructor, topic: Topic | None) -> Values:
    """What the entry says now; only these parts are reviewed (`parts.needs_review`)."""
    if part is EntryPart.NAME:
        return written(Name(instructor.name, instructor.name_pinyin or ""))
    if part is EntryPart.POST:
        return written(Post(instructor.title, instructor.workplace))
    assert topic is not None, "of these three only topics are left"
    return written(topic_facts(topic))
