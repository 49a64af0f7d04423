"""The event of an instructor who is asked to teach in another region. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class WiderAreaAsked:
    """Somebody was asked; instants are aware UTC. No contact value."""

    at: datetime
    instructor_id: int
    field: str
    region: str
    needs: int
    """How many needs were not met."""
    asked_by: str


WIDER_AREA_ASKED = OutboxKind("recruiting.asked", WiderAreaAsked)
