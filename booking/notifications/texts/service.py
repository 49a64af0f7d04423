"""Stops text messages to an account, and lets them come again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.models import User
from booking.accounts.service import as_subject
from booking.notifications.texts.limits import number_hash
from booking.notifications.texts.models import StoppedBy, TextStop


def stop(session: Session, user: User, *, now: datetime) -> bool:
    """Send no more texts about lectures to an account, at its own wish; whether that is new."""
    found = session.get(TextStop, user.id, with_for_update=True)
    if found is not None and found.stopped_by is StoppedBy.PERSON:
        return False
    found = found or TextStop(user_id=user.id)
    found.stopped_by, found.number_hash, found.stopped_at = StoppedBy.PERSON, None, now
    session.add(found)
    audit.record(session, audit.Action.TEXTS_STOPPED, about=as_subject(user))
    return True


def resume(session: Session, user: User) -> bool:
    """Let texts come again; whether they were stopped.

    A number that the provider refuses stays refused there until its owner has written to it.
    """
    found = session.get(TextStop, user.id, with_for_update=True)
    if found is None:
        return False
    session.delete(found)
    audit.record(session, audit.Action.TEXTS_RESUMED, about=as_subject(user))
    return True


def note_refused_number(session: Session, phone: str, *, now: datetime) -> None:
    """Remember that the provider refuses a number, so that it is not tried again."""
    query = select(User).where(User.phone == phone).with_for_update()
    user = session.scalars(query).one_or_none()
    if user is None or session.get(TextStop, user.id) is not None:
        return
    session.add(
        TextStop(
            user_id=user.id,
            stopped_by=StoppedBy.PROVIDER,
            number_hash=number_hash(phone),
            stopped_at=now,
        )
    )
    audit.record(session, audit.Action.TEXTS_STOPPED, about=as_subject(user))
