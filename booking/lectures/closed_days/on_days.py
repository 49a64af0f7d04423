"""Read the promised lectures of all instructors on some days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.availability.engine.zones import day_bounds, local_date
from booking.availability.ports import LectureOnDay
from booking.lectures.closed_days.queries import MOST, PROMISED
from booking.lectures.models import Lecture


def lectures_on_days(
    session: Session, days: Collection[date], /, *, now: datetime, zone: ZoneInfo
) -> Sequence[LectureOnDay]:
    """The requested and confirmed lectures that begin on one of the days and are not over.

    At most `closed_days.queries.MOST`; one query, none without days.
    """
    if not days:
        return []
    bounds = [day_bounds(day, zone) for day in sorted(days)]
    begins = or_(
        *(and_(Lecture.starts_at >= start, Lecture.starts_at < end) for start, end in bounds)
    )
    query = (
        select(Lecture)
        .where(Lecture.state.in_(PROMISED), Lecture.ends_at > now, begins)
        .options(joinedload(Lecture.organisation), joinedload(Lecture.instructor))
        .order_by(Lecture.starts_at, Lecture.id)
        .limit(MOST)
    )
    return [
        LectureOnDay(
            local_date(one.starts_at, zone),
            one.number,
            one.title,
            one.starts_at,
            one.ends_at,
            one.organisation.name,
            one.instructor.name,
        )
        for one in session.scalars(query)
    ]
