"""Permission checks and audit records of changes of an instructor's schedule."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import authorise
from booking.accounts.models import Membership
from booking.audit import About, Action, SubjectKind
from booking.db import db
from booking.errors import NotFound
from booking.instructors.models import Instructor


def subject(instructor: Instructor) -> Subject:
    """The permission subject of an instructor's schedule."""
    return Subject(instructor_id=instructor.id, region_codes=frozenset({instructor.region_code}))


def record_change(session: Session, instructor_id: int, action: Action, **detail: Any) -> None:
    """Record a change of an instructor's schedule or term in the audit log."""
    query = select(Instructor.name, Instructor.region_code).where(Instructor.id == instructor_id)
    name, region_code = session.execute(query).one()
    about = About(SubjectKind.INSTRUCTOR, instructor_id, name)
    audit.record(session, action, about=about, region_code=region_code, detail=detail)


def record_on_behalf(session: Session, instructor_id: int, action: Action, **detail: Any) -> None:
    """Like `record_change`, but only for actors other than the instructor."""
    own_membership = select(Membership.id).where(
        Membership.user_id == audit.acting().user_id, Membership.instructor_id == instructor_id
    )
    if session.scalars(own_membership).first() is None:
        record_change(session, instructor_id, action, **detail)


def instructor_of(instructor_id: int, permission: str) -> Instructor:
    """The instructor, if the actor has the permission for the schedule.

    Raises `NotFound` (404) both for an unknown instructor and for a missing permission.
    """
    instructor = db.session().get(Instructor, instructor_id)
    if instructor is None:
        raise NotFound()
    authorise(permission, subject(instructor))
    return instructor
