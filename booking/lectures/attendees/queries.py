"""Reads: who was named for a lecture, and in which lectures somebody can be named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import Subject
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture

OPEN = frozenset({State.SUBMITTED, State.RETURNED, State.REQUESTED, State.CONFIRMED})
"""The states in which people can be named."""


def is_open(lecture: Lecture, now: datetime) -> bool:
    """Whether people can be named: the lecture stands or is asked for, and has not begun."""
    return lecture.state in OPEN and now < lecture.starts_at


def subject(lecture: Lecture) -> Subject:
    """Who owns what is known about attendees: the branch and its region, not the instructor's."""
    return Subject(
        organisation_id=lecture.organisation_id,
        region_codes=frozenset({lecture.organisation.region_code}),
    )


def of_lecture(session: Session, lecture_id: int, *, lock: bool = False) -> Sequence[NamedAttendee]:
    """Who is named for a lecture, in the order of naming; without those who took themselves off."""
    query = (
        select(NamedAttendee)
        .where(NamedAttendee.lecture_id == lecture_id, NamedAttendee.left_at.is_(None))
        .order_by(NamedAttendee.id)
    )
    return session.scalars(query.with_for_update() if lock else query).all()


def left(session: Session, lecture_id: int) -> int:
    """How many have taken themselves off."""
    query = (
        select(func.count())
        .select_from(NamedAttendee)
        .where(NamedAttendee.lecture_id == lecture_id, NamedAttendee.left_at.is_not(None))
    )
    return session.scalar(query) or 0


def of_address(session: Session, lecture_id: int, address_hash: str) -> NamedAttendee | None:
    """The row of an address in one lecture, or None."""
    query = select(NamedAttendee).where(
        NamedAttendee.lecture_id == lecture_id, NamedAttendee.address_hash == address_hash
    )
    return session.scalars(query).one_or_none()


def standing(session: Session, attendee_id: int) -> NamedAttendee | None:
    """The attendee with an id who has not taken themselves off, or None."""
    found = session.get(NamedAttendee, attendee_id)
    return None if found is None or found.left_at is not None else found
