"""Domain events of lectures, named in the past tense. Pure.

An event carries a snapshot of the lecture, so that a message about it does not depend on when
the worker processes it. It never contains a contact value.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from booking.lectures.engine.lifecycle import EventKind, State

_INSTANTS = ("at", "starts_at", "ends_at", "reply_due_at", "created_at")


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

    def payload(self) -> dict[str, Any]:
        """The event as a dict of JSON-serialisable values."""
        values = asdict(self)
        return values | {name: values[name].isoformat() for name in _INSTANTS}

    @classmethod
    def read(cls, payload: dict[str, Any]) -> LectureEvent:
        """The event from a dict that `payload` returned."""
        values = dict(payload)
        values.update({name: datetime.fromisoformat(values[name]) for name in _INSTANTS})
        values["kind"] = EventKind(values["kind"])
        values["source"] = State(values["source"]) if values["source"] else None
        return cls(**values)
