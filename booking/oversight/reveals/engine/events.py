"""The event that somebody was shown unusually many contacts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class UnusualReader:
    """One reader with unusual numbers."""

    name: str
    unit: str
    in_a_day: int
    in_an_hour: int
    usual: float


@dataclass(frozen=True, slots=True)
class UnusualReveals:
    """Everybody whose numbers were unusual within a day."""

    at: datetime
    readers: tuple[UnusualReader, ...]


UNUSUAL_REVEALS = OutboxKind("contact.unusual_reveals", UnusualReveals)
