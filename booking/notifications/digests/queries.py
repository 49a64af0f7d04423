"""Reads whose digest is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.availability.engine.zones import local_date
from booking.availability.queries import calendar_days
from booking.notifications.choices import queries as choices
from booking.notifications.digests.engine.due_days import is_due, monday_of
from booking.notifications.digests.models import DigestDay


def due(
    session: Session, *, now: datetime, zone: ZoneInfo, user_id: int | None = None
) -> Sequence[int]:
    """The ids of the active coordinators whose digest is due, or that one's. Four queries."""
    query = (
        select(User.id, DigestDay.day)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(DigestDay, DigestDay.user_id == User.id)
        .where(Membership.role.in_([Role.COORDINATOR, Role.ADMIN]))
        .where(User.active, User.email.is_not(None))
        .distinct()
        .order_by(User.id)
    )
    if user_id is not None:
        query = query.where(User.id == user_id)
    last_days = {row[0]: row[1] for row in session.execute(query)}
    today = local_date(now, zone)
    rows = calendar_days(session, monday_of(today), today)
    days = {day: row.kind for day, row in rows.items()}
    preferences = choices.preferences_of_all(session, last_days)
    return [
        one
        for one, last in last_days.items()
        if is_due(preferences[one], now=now, last=last, days=days, zone=zone)
    ]
