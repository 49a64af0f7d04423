"""Take an entry that had left back into the register."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.instructors import service as instructors
from booking.instructors.editable_entry import EditableEntry
from booking.nominations.models import Departure


def list_again(session: Session, *, entry: EditableEntry, now: datetime) -> bool:
    """List the entry again, if it is not; returns whether it was not."""
    if entry.instructor.listed:
        return False
    instructors.set_listed(session, entry=entry, listed=True, now=now)
    left = Departure.instructor_id == entry.id
    session.execute(
        update(Departure).where(left, Departure.returned_at.is_(None)).values(returned_at=now)
    )
    return True
