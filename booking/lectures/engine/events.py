"""Domain events of lectures, named in the past tense. Pure.

An event carries a snapshot of the lecture, so that a message about it does not depend on when
the worker processes it. It never contains a contact value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.lectures.engine.lifecycle import EventKind, State
from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class LectureEvent:
    """One event with a snapshot of the lecture at that time. Instants are aware UTC."""

    kind: EventKind
    at: datetime
    source: State | None
    reason: str
    lecture_id: int
    uid: str
    number: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    region: str
    place: str
    online: bool
    attendees: int | None
    note: str
    instructor_id: int
    instructor: str
    organisation_id: int
    organisation: str
    reply_due_at: datetime
    created_at: datetime


OUTBOX_KINDS = {kind: OutboxKind(kind.value, LectureEvent) for kind in EventKind}
"""The declarations of these events for the outbox; all have one payload."""
