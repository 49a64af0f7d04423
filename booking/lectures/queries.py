"""Read queries: lectures by number, by organisation and by instructor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.accounts.engine.permissions import Subject
from booking.errors import NotFound
from booking.lectures.engine.readers import REVIEW
from booking.lectures.engine.states import State
from booking.lectures.models import HistoryEntry, Lecture

_PASSED_ON = (
    select(HistoryEntry.id)
    .where(
        HistoryEntry.lecture_id == Lecture.id,
        HistoryEntry.target.in_([State.REQUESTED, State.CONFIRMED]),
    )
    .correlate(Lecture)
    .exists()
)

REACHED: ColumnElement[bool] = and_(
    Lecture.state.not_in(REVIEW),
    or_(Lecture.state.not_in([State.WITHDRAWN, State.EXPIRED]), _PASSED_ON),
)
"""SQL condition: the lecture was passed on to its instructor (`engine.readers`)."""


def by_number(session: Session, number: str, *, whole: bool = False) -> Lecture:
    """The lecture with a number; raises `NotFound` (404). `whole` joins what its page shows."""
    query = select(Lecture).where(Lecture.number == number)
    if whole:
        query = query.options(
            joinedload(Lecture.instructor),
            joinedload(Lecture.organisation),
            joinedload(Lecture.region),
        )
    lecture = session.scalars(query).one_or_none()
    if lecture is None:
        raise NotFound()
    return lecture


def subject(lecture: Lecture) -> Subject:
    """Owners and regions of a lecture, for permission checks."""
    return Subject(
        organisation_id=lecture.organisation_id,
        instructor_id=lecture.instructor_id,
        region_codes=frozenset({lecture.organisation.region_code, lecture.instructor.region_code}),
    )


def of_organisations(
    session: Session,
    organisation_ids: Collection[int],
    *,
    since: datetime,
    upcoming: bool,
    limit: int,
    states: Collection[State] = tuple(State),
) -> Sequence[Lecture]:
    """Lectures of organisations that end after `since` (`upcoming`) or before, nearest first."""
    condition = Lecture.organisation_id.in_(organisation_ids) & Lecture.state.in_(states)
    return _listed(session, condition, since=since, upcoming=upcoming, limit=limit)


def of_instructors(
    session: Session,
    instructor_ids: Collection[int],
    *,
    since: datetime,
    upcoming: bool,
    limit: int,
    states: Collection[State] = tuple(State),
) -> Sequence[Lecture]:
    """Lectures of instructors that end after `since` (`upcoming`) or before, nearest first.

    Without those that were never passed on to the instructor.
    """
    condition = Lecture.instructor_id.in_(instructor_ids) & Lecture.state.in_(states) & REACHED
    return _listed(session, condition, since=since, upcoming=upcoming, limit=limit)


def _listed(
    session: Session, condition: object, *, since: datetime, upcoming: bool, limit: int
) -> Sequence[Lecture]:
    time = Lecture.ends_at >= since if upcoming else Lecture.ends_at < since
    order = Lecture.starts_at.asc() if upcoming else Lecture.starts_at.desc()
    query = (
        select(Lecture)
        .where(condition, time)  # type: ignore[arg-type]
        .options(joinedload(Lecture.instructor), joinedload(Lecture.organisation))
        .order_by(order, Lecture.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def known_uids(session: Session, uids: Sequence[str]) -> frozenset[str]:
    """The subset of iCalendar UIDs (at most some thousands) that belong to our lectures."""
    return frozenset(session.scalars(select(Lecture.uid).where(Lecture.uid.in_(uids))))
