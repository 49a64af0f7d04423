"""Reads of attendance lists; `attendance_of` serves dossiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import Subject
from booking.attendance.models import AttendanceEntry
from booking.lectures.models import Lecture


@dataclass(frozen=True, slots=True)
class Attendance:
    """The list of one lecture, without those who were struck out."""

    count: int
    names: tuple[str, ...]
    """In the order in which they came; none after the names were deleted."""
    forgotten: bool
    """Whether names of it were deleted by schedule."""


def subject(lecture: Lecture) -> Subject:
    """Who owns the names: the branch and its region, not the instructor's."""
    return Subject(
        organisation_id=lecture.organisation_id,
        region_codes=frozenset({lecture.organisation.region_code}),
    )


def entries_of(session: Session, lecture_id: int) -> Sequence[AttendanceEntry]:
    """All entries of a list, also those that were struck out, in their order. One query."""
    query = select(AttendanceEntry).where(AttendanceEntry.lecture_id == lecture_id)
    return session.scalars(query.order_by(AttendanceEntry.id)).all()


def attendance_of(session: Session, lecture_id: int) -> Attendance:
    """What a dossier tells of the list of a lecture; of its reader it must be sure. One query."""
    standing = [one for one in entries_of(session, lecture_id) if one.struck_at is None]
    return Attendance(
        count=len(standing),
        names=tuple(one.name for one in standing if one.forgotten_at is None),
        forgotten=any(one.forgotten_at for one in standing),
    )


def count_of(session: Session, lecture_id: int) -> int:
    """How many are on the list and not struck out."""
    query = select(func.count(AttendanceEntry.id)).where(
        AttendanceEntry.lecture_id == lecture_id, AttendanceEntry.struck_at.is_(None)
    )
    return session.scalar(query) or 0


def by_device(session: Session, link_id: int, device_key: str) -> AttendanceEntry | None:
    """The entry of one device through one link, or None."""
    query = select(AttendanceEntry).where(
        AttendanceEntry.link_id == link_id, AttendanceEntry.device_key == device_key
    )
    return session.scalars(query).one_or_none()
