"""The event that a coordinator has approved or returned a requested change. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.entries.engine.parts import EntryPart
from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class ChangeAnswered:
    """What the mail says: which part of whose entry, and what was decided. No contact value."""

    at: datetime
    instructor_id: int
    instructor: str
    part: EntryPart
    topic: str
    """The title of the topic as the entry has it; empty for other parts."""
    topic_id: int | None
    approved: bool
    remarks: str
    """Why it was returned; empty if it was approved."""
    by_user_id: int | None
    """Who decided: nobody is told of the own action."""


CHANGE_ANSWERED = OutboxKind("entry.answered", ChangeAnswered)
