"""Read the lectures that an instructor has promised, and which of them lie in closed time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from booking.availability.engine.hours import Override
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.zones import local_date
from booking.availability.ports import PromisedLecture
from booking.availability.promises.engine.closed_days import lies_in_closed_time
from booking.availability.queries import overrides_of, suspensions_of
from booking.lectures.closed_days.models import ClosingNotice
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture

PROMISED = (State.REQUESTED, State.CONFIRMED)
MOST = 500
"""Lectures that are looked at: more than an instructor can hold within the longest horizon."""

Found = tuple[Lecture, PromisedLecture]


def promised(
    session: Session, instructor_id: int, /, *, now: datetime, zone: ZoneInfo
) -> Sequence[PromisedLecture]:
    """The requested and confirmed lectures that are not over, the next first. Three queries."""
    return [lecture for _row, lecture in with_rows(session, instructor_id, now=now, zone=zone)]


def with_rows(
    session: Session, instructor_id: int, *, now: datetime, zone: ZoneInfo
) -> list[Found]:
    """The same lectures, each with its row."""
    query = (
        select(Lecture, ClosingNotice.told_at)
        .outerjoin(
            ClosingNotice,
            and_(
                ClosingNotice.lecture_id == Lecture.id,
                ClosingNotice.starts_at == Lecture.starts_at,
            ),
        )
        .where(
            Lecture.instructor_id == instructor_id,
            Lecture.state.in_(PROMISED),
            Lecture.ends_at > now,
        )
        .options(joinedload(Lecture.organisation), joinedload(Lecture.region))
        .order_by(Lecture.starts_at, Lecture.id)
        .limit(MOST)
    )
    rows = session.execute(query).all()
    overrides, suspensions = _closed(session, instructor_id, now, zone)
    return [
        (
            lecture,
            PromisedLecture(
                lecture.number,
                lecture.state,
                lecture.title,
                lecture.starts_at,
                lecture.ends_at,
                lecture.organisation.name,
                lies_in_closed_time(
                    (lecture.starts_at, lecture.ends_at), overrides, suspensions, zone
                ),
                told_at,
            ),
        )
        for lecture, told_at in rows
    ]


def _closed(
    session: Session, instructor_id: int, now: datetime, zone: ZoneInfo
) -> tuple[list[Override], list[DaySpan]]:
    overrides = [
        Override(row.first, row.last, row.kind, row.start_minute, row.end_minute)
        for row in overrides_of(session, instructor_id, local_date(now, zone))
    ]
    return overrides, [
        DaySpan(row.first, row.last) for row in suspensions_of(session, instructor_id)
    ]
