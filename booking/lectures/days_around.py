"""The day around a request: the instructor's other lectures, and the ways between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from booking.availability.engine.hours import local_date
from booking.availability.engine.travel import Place
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.states import State
from booking.lectures.engine.ways import Stop, Way, ways
from booking.lectures.models import Lecture

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayAround:
    """The lectures of one local day in order, the request among them, and the ways between."""

    lectures: Sequence[Lecture]
    ways: Sequence[Way]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The request that is to be answered next, and how many wait."""

    next: Lecture | None
    total: int


def days_around(
    session: Session, lectures: Sequence[Lecture], zone: ZoneInfo
) -> dict[int, DayAround]:
    """The day around each of some lectures, by lecture id. One query."""
    if not lectures:
        return {}
    query = (
        select(Lecture)
        .where(
            Lecture.instructor_id.in_({lecture.instructor_id for lecture in lectures}),
            Lecture.state.in_([State.REQUESTED, State.CONFIRMED]),
            Lecture.starts_at >= min(lecture.starts_at for lecture in lectures) - _DAY,
            Lecture.starts_at <= max(lecture.starts_at for lecture in lectures) + _DAY,
        )
        .options(joinedload(Lecture.organisation), joinedload(Lecture.region))
    )
    others = session.scalars(query).all()
    return {lecture.id: _around(lecture, others, zone) for lecture in lectures}


def _around(lecture: Lecture, others: Sequence[Lecture], zone: ZoneInfo) -> DayAround:
    day = local_date(lecture.starts_at, zone)
    same = [
        other
        for other in others
        if other.id != lecture.id
        and other.instructor_id == lecture.instructor_id
        and local_date(other.starts_at, zone) == day
    ]
    ordered = sorted([lecture, *same], key=lambda one: one.starts_at)
    return DayAround(ordered, ways(_stop(one) for one in ordered))


def _stop(lecture: Lecture) -> Stop:
    online = lecture.format is Format.ONLINE
    place = None if online else Place(lecture.region_code, lecture.place)
    return Stop(lecture.starts_at, lecture.ends_at, place)


def waiting(session: Session, instructor_ids: Collection[int], *, besides: str) -> Waiting:
    """The requests to these instructors but the one with the number `besides`. One query."""
    query = (
        select(Lecture, func.count().over())
        .where(
            Lecture.instructor_id.in_(instructor_ids),
            Lecture.state == State.REQUESTED,
            Lecture.number != besides,
        )
        .order_by(Lecture.reply_due_at, Lecture.id)
        .limit(1)
    )
    found = session.execute(query).first()
    return Waiting(None, 0) if found is None else Waiting(*found)
