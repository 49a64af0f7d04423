"""Nominations and departures of two entries that become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.instructors.merger import Merge, instructor_merging, move
from booking.nominations.models import Departure, Nomination


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    move(session, merge, Nomination.instructor_id)
    # Whether the person is in the register now is what the entry that stays says.
    over = update(Departure).where(
        Departure.instructor_id == merge.dropped_id, Departure.returned_at.is_not(None)
    )
    session.execute(over.values(instructor_id=merge.kept_id))
