"""What has happened to a lecture, told in the past tense. Pure.

An event carries a snapshot, so that a message about it reads the same whenever the
worker comes round to it. No contact value is ever in it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from booking.lectures.engine.lifecycle import EventKind, State

_INSTANTS = ("at", "starts_at", "ends_at", "reply_due_at", "created_at")


@dataclass(frozen=True, slots=True)
class LectureEvent:
    """One event with the lecture as it was then. Instants are aware UTC."""

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
        """The event as JSON-able values."""
        values = asdict(self)
        return values | {name: values[name].isoformat() for name in _INSTANTS}

    @classmethod
    def read(cls, payload: dict[str, Any]) -> LectureEvent:
        """The event that `payload` wrote."""
        values = dict(payload)
        values.update({name: datetime.fromisoformat(values[name]) for name in _INSTANTS})
        values["kind"] = EventKind(values["kind"])
        values["source"] = State(values["source"]) if values["source"] else None
        return cls(**values)
