"""Which lectures still lack a record, and the record of one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureRecord

_RECORD = (
    select(LectureRecord.lecture_id)
    .where(LectureRecord.lecture_id == Lecture.id)
    .correlate(Lecture)
)


def lacks_record(now: datetime) -> ColumnElement[bool]:
    """SQL condition: the lecture is over, and nobody has filed its record."""
    return and_(Lecture.state.in_(PUBLISHED), Lecture.ends_at <= now, ~_RECORD.exists())


def lacking(session: Session, lectures: Collection[Lecture], now: datetime) -> frozenset[int]:
    """The ids of those of these lectures that lack a record. One query."""
    over = [one.id for one in lectures if one.state in PUBLISHED and one.ends_at <= now]
    if not over:
        return frozenset()
    query = select(Lecture.id).where(Lecture.id.in_(over), lacks_record(now))
    return frozenset(session.scalars(query))


def record_of(session: Session, lecture_id: int) -> LectureRecord | None:
    """The record of a lecture, or None."""
    return session.get(LectureRecord, lecture_id)
