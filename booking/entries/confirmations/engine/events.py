"""The event that a person is to be asked whether the entry is still right. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class EntryStale:
    """What the mail says: whose entry it is, and since when nobody has looked through it."""

    at: datetime
    instructor_id: int
    instructor: str
    seen_at: datetime


ENTRY_STALE = OutboxKind("entry.stale", EntryStale)
