"""Whether external calendars leave it open that a time is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from booking.availability.engine.intervals import Interval, overlaps
from booking.availability.external.models import BusySpan, ExternalCalendar


@dataclass(frozen=True, slots=True)
class Doubts:
    """Unknown days by instructor, and the instructors with entries whose days are not known."""

    days: Mapping[int, Collection[Interval]]
    anywhere: Collection[int]

    def about(self, instructor_id: int, start: datetime, end: datetime) -> bool:
        """Whether an entry that could not be read may lie in [start, end)."""
        days = self.days.get(instructor_id, ())
        return instructor_id in self.anywhere or any(overlaps((start, end), day) for day in days)


def doubts(session: Session, instructor_ids: Collection[int]) -> Doubts:
    """What could not be read in the external calendars of these instructors. One query."""
    unknown = and_(BusySpan.calendar_id == ExternalCalendar.id, BusySpan.unknown)
    query = (
        select(
            ExternalCalendar.instructor_id,
            ExternalCalendar.unread,
            BusySpan.starts_at,
            BusySpan.ends_at,
        )
        .outerjoin(BusySpan, unknown)
        .where(
            ExternalCalendar.instructor_id.in_(instructor_ids), ExternalCalendar.unread_count > 0
        )
    )
    days: dict[int, set[Interval]] = defaultdict(set)
    anywhere = set()
    for owner, rows, start, end in session.execute(query):
        if start is not None:
            days[owner].add((start, end))
        if any(row["elsewhere"] for row in rows):
            anywhere.add(owner)
    return Doubts(days, anywhere)
