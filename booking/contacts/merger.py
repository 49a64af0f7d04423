"""Consents, recorded reveals, requests and messages of two entries that become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.contacts.models import Consent, Reveal
from booking.contacts.requests.mergers import move_entry
from booking.contacts.threads.models import MessageThread
from booking.instructors.merger import Merge, instructor_merging, move


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    """A consent was given for other contacts: what the entry that stays allows alone counts."""
    move(session, merge, Reveal.instructor_id, MessageThread.instructor_id)
    move_entry(session, merge.dropped_id, merge.kept_id)
    session.execute(
        update(Consent)
        .where(Consent.instructor_id == merge.dropped_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=merge.now)
    )
    move(session, merge, Consent.instructor_id)
