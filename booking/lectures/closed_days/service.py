"""Tell the branches of promised lectures that their day is closed, each once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Instructor
from booking.lectures.closed_days import queries
from booking.lectures.closed_days.engine.events import DAY_CLOSED, DayClosed
from booking.lectures.closed_days.models import ClosingNotice
from booking.lectures.models import Lecture
from booking.outbox import service as outbox


def tell_branches(session: Session, *, instructor_id: int, now: datetime, zone: ZoneInfo) -> int:
    """Record the event for each lecture in closed time whose branch does not know it yet.

    Returns their number. The instructor is locked: two at once tell each branch once.
    """
    query = select(Instructor).where(Instructor.id == instructor_id)
    instructor = session.scalars(query.with_for_update(of=Instructor)).one()
    lectures = [
        lecture
        for lecture, seen in queries.with_rows(session, instructor_id, now=now, zone=zone)
        if seen.closed and seen.told_at is None
    ]
    for lecture in lectures:
        session.add(ClosingNotice(lecture_id=lecture.id, starts_at=lecture.starts_at, told_at=now))
        outbox.record(session, DAY_CLOSED, _event(lecture, instructor.name, now), now=now)
    session.flush()
    return len(lectures)


def _event(lecture: Lecture, instructor: str, now: datetime) -> DayClosed:
    return DayClosed(
        at=now,
        lecture_id=lecture.id,
        sequence=lecture.sequence,
        number=lecture.number,
        title=lecture.title,
        starts_at=lecture.starts_at,
        ends_at=lecture.ends_at,
        region="" if lecture.format is Format.ONLINE else lecture.region.name,
        place=lecture.place,
        instructor=instructor,
        organisation_id=lecture.organisation_id,
        organisation=lecture.organisation.name,
    )
