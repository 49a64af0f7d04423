"""What a coordinator has to look after: requests that wait, and the lectures of this week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.models import Organisation
from booking.accounts.queries import lies_under
from booking.accounts.roles import Actor, Role
from booking.availability.hours import day_bounds, local_date
from booking.instructors.models import Instructor
from booking.lectures.lifecycle import State
from booking.lectures.models import Lecture

SHOWN = 100
"""More are not looked through at once: whoever answers the first sees the next ones."""


class Line(NamedTuple):
    """A lecture as a list shows it; instants are aware, `region_code` is the instructor's."""

    number: str
    title: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime
    instructor: str
    region_code: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The first `SHOWN` lectures as lines of a list, and how many there are in all."""

    rows: Sequence[Line]
    total: int


def waiting(session: Session, who: Actor) -> Lines:
    """Requests without an answer in somebody's scope, who has waited longest first. One query."""
    return _lines(session, who, Lecture.state == State.REQUESTED, order=Lecture.created_at)


def this_week(session: Session, who: Actor, *, now: datetime, zone: ZoneInfo) -> Lines:
    """Confirmed lectures from Monday to Sunday in somebody's scope, by time. One query."""
    today = local_date(now, zone)
    monday = today - timedelta(days=today.weekday())
    first, last = day_bounds(monday, zone)[0], day_bounds(monday + timedelta(days=6), zone)[1]
    confirmed = Lecture.state == State.CONFIRMED
    within = (Lecture.starts_at >= first) & (Lecture.starts_at < last)
    return _lines(session, who, confirmed & within, order=Lecture.starts_at)


def in_scope(who: Actor) -> ColumnElement[bool]:
    """The lectures on which somebody may act as a coordinator, as `queries.subject` has it.

    For statements that join the lecture's organisation and instructor.
    """
    if who.has(Role.ADMIN):
        return true()
    regions = (Organisation.region_code, Instructor.region_code)
    return or_(false(), *(lies_under(region, scope) for scope in who.scopes for region in regions))


def _lines(
    session: Session,
    who: Actor,
    condition: ColumnElement[bool],
    *,
    order: InstrumentedAttribute[datetime],
) -> Lines:
    query = (
        select(
            Lecture.number,
            Lecture.title,
            Lecture.starts_at,
            Lecture.ends_at,
            Lecture.created_at,
            Lecture.changed_at,
            Instructor.name,
            Instructor.region_code,
            Organisation.name,
            func.count().over(),
        )
        .join(Instructor, Instructor.id == Lecture.instructor_id)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .where(condition, in_scope(who))
        .order_by(order, Lecture.id)
        .limit(SHOWN)
    )
    rows = session.execute(query).all()
    return Lines([Line(*row[:-1]) for row in rows], rows[0][-1] if rows else 0)
