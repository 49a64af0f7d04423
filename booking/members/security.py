"""What follows when somebody loses the right to invite."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.access import access_ended
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.members.invitations.service import revoke_all_of

INVITING = frozenset({Role.COORDINATOR, Role.ADMIN})


def subscribe() -> None:
    """Connect to the signal of ended access."""
    access_ended.connect(_ended)


def _ended(session: Session, *, user: User, membership: Membership | None, now: datetime) -> None:
    if membership is None or membership.role in INVITING:
        revoke_all_of(session, user_id=user.id, now=now)
