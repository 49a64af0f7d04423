"""Whose hours may be changed by whoever asks."""

from __future__ import annotations

from booking.accounts.guards import authorise
from booking.accounts.permissions import Subject
from booking.db import db
from booking.errors import NotFound
from booking.instructors.models import Instructor


def editable_instructor(instructor_id: int) -> Instructor:
    """The instructor whose hours these are, if this person may change them (403, 404)."""
    instructor = db.session().get(Instructor, instructor_id)
    if instructor is None:
        raise NotFound()
    authorise(
        "availability.edit",
        Subject(instructor_id=instructor.id, region_codes=frozenset({instructor.region_code})),
    )
    return instructor
