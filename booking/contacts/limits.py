"""How many messages, and how many requests, one sender may send within a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.models import User
from booking.contacts.errors import MessageLimit

SENDING_WINDOW = timedelta(days=1)


def check_sending(
    session: Session,
    sender: InstrumentedAttribute[int | None],
    sent_at: InstrumentedAttribute[datetime],
    *,
    user_id: int,
    now: datetime,
    limit: int,
) -> None:
    """Raise `MessageLimit` (429) where a sender's rows of the window have reached the limit."""
    # Two requests of one sender count one after the other.
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    query = select(func.count(), func.min(sent_at)).where(
        sender == user_id, sent_at > now - SENDING_WINDOW
    )
    count, first = session.execute(query).one()
    if count >= limit:
        wait = first + SENDING_WINDOW - now
        raise MessageLimit(limit, int(wait.total_seconds()))
