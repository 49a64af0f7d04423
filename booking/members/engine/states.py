"""States of invitations and of requests to join. Pure."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

INVITATION_VALID = timedelta(days=14)
"""How long an invitation can be accepted after it was sent."""

RESET_VALID = timedelta(hours=24)
"""How long a link for a new password that is handed over can be used."""

WAITING_KEPT = timedelta(days=180)
"""How long a request to join is kept that nobody decides."""


class InvitationState(enum.StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class JoinState(enum.StrEnum):
    """What became of a request to join."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


def invitation_state(
    *,
    accepted_at: datetime | None,
    revoked_at: datetime | None,
    expires_at: datetime,
    now: datetime,
) -> InvitationState:
    """The state of an invitation at an instant."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.OPEN if now < expires_at else InvitationState.EXPIRED
