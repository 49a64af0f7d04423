"""The event that a coordinator is to get a digest. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A digest of what waits is to be written for one person."""

    user_id: int
    at: datetime


DIGEST_DUE = OutboxKind("notifications.digest", DigestDue)
