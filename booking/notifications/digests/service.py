"""Records that a digest is to be written. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.availability.engine.zones import local_date
from booking.notifications.digests import queries
from booking.notifications.digests.engine.events import DIGEST_DUE, DigestDue
from booking.notifications.digests.models import DigestDay
from booking.outbox import service as outbox


def record(session: Session, *, user_id: int, now: datetime, zone: ZoneInfo) -> bool:
    """Record one digest, unless another worker did; returns whether it was recorded."""
    session.scalars(select(User.id).where(User.id == user_id).with_for_update()).one()
    if not queries.due(session, now=now, zone=zone, user_id=user_id):
        return False
    session.merge(DigestDay(user_id=user_id, day=local_date(now, zone)))
    outbox.record(session, DIGEST_DUE, DigestDue(user_id, now), now=now)
    return True
