"""The event that a branch is asked what a lecture has changed, as the outbox stores it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.follow_ups.engine.due import FollowUpStage
from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class FollowUpAsked:
    """What the mail says; instants are aware."""

    at: datetime
    follow_up_id: int
    stage: FollowUpStage
    number: str
    title: str
    instructor: str
    held_at: datetime
    closes_at: datetime
    reminder: bool


FOLLOW_UP_ASKED = OutboxKind("follow_up.asked", FollowUpAsked)
