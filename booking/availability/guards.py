"""Whose schedule a page is about, and who may change it."""

from __future__ import annotations

from booking.accounts.guards import authorise
from booking.accounts.permissions import Subject
from booking.db import db
from booking.errors import NotFound
from booking.instructors.models import Instructor


def subject(instructor: Instructor) -> Subject:
    """An instructor's schedule, for permissions."""
    return Subject(instructor_id=instructor.id, region_codes=frozenset({instructor.region_code}))


def instructor_of(instructor_id: int, permission: str) -> Instructor:
    """The instructor, if this person has the permission for the schedule.

    Raises `NotFound` (404), whether there is no such instructor or the permission is missing.
    """
    instructor = db.session().get(Instructor, instructor_id)
    if instructor is None:
        raise NotFound()
    authorise(permission, subject(instructor))
    return instructor
