"""Queries of the coordinator's board: unanswered requests, and this week's lectures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Organisation
from booking.accounts.queries import lies_under
from booking.availability.engine.hours import day_bounds, local_date
from booking.instructors.models import Instructor
from booking.lectures.engine.lifecycle import State
from booking.lectures.models import Lecture

SHOWN = 100
"""Rows of each list; when the first are answered the next ones appear."""


Line = Row[str, str, datetime, datetime, datetime, datetime, str, str, int]
"""A lecture's columns as selected in `_lines`, and the total number of rows."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The first `SHOWN` rows, and the total number of lectures."""

    rows: Sequence[Line]
    total: int


def waiting(session: Session, who: Actor) -> Lines:
    """Unanswered requests in the actor's scope, oldest first. One query."""
    return _lines(session, who, Lecture.state == State.REQUESTED, order=Lecture.created_at)


def this_week(session: Session, who: Actor, *, now: datetime, zone: ZoneInfo) -> Lines:
    """Confirmed lectures of this local week in the actor's scope, by start. One query."""
    today = local_date(now, zone)
    monday = today - timedelta(days=today.weekday())
    first, last = day_bounds(monday, zone)[0], day_bounds(monday + timedelta(days=6), zone)[1]
    confirmed = Lecture.state == State.CONFIRMED
    within = (Lecture.starts_at >= first) & (Lecture.starts_at < last)
    return _lines(session, who, confirmed & within, order=Lecture.starts_at)


def in_scope(who: Actor) -> ColumnElement[bool]:
    """SQL condition: the actor coordinates a region of the lecture (as in `queries.subject`).

    The statement must join the lecture's organisation and instructor.
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
            Instructor.name.label("instructor"),
            Organisation.name.label("organisation"),
            func.count().over().label("total"),
        )
        .join(Instructor, Instructor.id == Lecture.instructor_id)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .where(condition, in_scope(who))
        .order_by(order, Lecture.id)
        .limit(SHOWN)
    )
    rows = session.execute(query).all()
    return Lines(rows, rows[0].total if rows else 0)
