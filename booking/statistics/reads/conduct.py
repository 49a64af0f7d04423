"""How bookings go: lead and response times, moves, ends, and the load of instructors."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.instructors.models import Instructor, Topic
from booking.lectures.engine.agreement import ProposalKind, ProposalState
from booking.lectures.engine.states import Party, State
from booking.lectures.models import Lecture
from booking.lectures.proposals.models import Proposal
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.statistics.reads.selection import (
    ENDS,
    Selection,
    answer_hours,
    begins_in,
    counted,
    ended_by,
    in_field,
    in_region,
    instructor_in_scope,
    lead_days,
)


def lead_times(session: Session, selection: Selection) -> dict[int, int]:
    """How many lectures were requested so many days ahead. One query."""
    return _histogram(session, selection, lead_days())


def response_times(session: Session, selection: Selection) -> dict[int, int]:
    """How many requests were answered within so many hours. One query."""
    return _histogram(session, selection, answer_hours())


def _histogram(session: Session, selection: Selection, value: ColumnElement[int]) -> dict[int, int]:
    inner = _joined(select(value.label("value")), selection).subquery()
    query = select(inner.c.value, func.count()).group_by(inner.c.value)
    return {value: count for value, count in session.execute(query) if value is not None}


def ends(session: Session, selection: Selection) -> dict[tuple[State, Party], int]:
    """How lectures came to nothing, and through whom. One query."""
    inner = _joined(select(Lecture.state, ended_by().label("party")), selection)
    ended = inner.where(Lecture.state.in_(ENDS)).subquery()
    query = select(ended.c.state, ended.c.party, func.count()).group_by(*ended.c)
    return {(state, party): count for state, party, count in session.execute(query) if party}


def late_cancellations(session: Session, selection: Selection) -> int:
    """How many were cancelled late. One query."""
    query = _joined(select(func.count()), selection)
    late = and_(Lecture.state == State.CANCELLED, Lecture.cancelled_late)
    return session.scalar(query.where(late)) or 0


def not_held(session: Session, selection: Selection) -> dict[LectureOutcome, int]:
    """Why lectures were not held, as the records say. One query."""
    query = _joined(select(LectureRecord.outcome, func.count()), selection)
    joined = query.join(LectureRecord, LectureRecord.lecture_id == Lecture.id)
    grouped = joined.where(Lecture.state == State.NOT_HELD).group_by(LectureRecord.outcome)
    return dict(session.execute(grouped).tuples().all())


def moves(session: Session, selection: Selection) -> dict[tuple[ProposalKind, Party], int]:
    """Lectures with an accepted move or another instructor, by who proposed it. One query."""
    query = _joined(
        select(Proposal.kind, Proposal.party, func.count(Lecture.id.distinct())), selection
    )
    joined = query.join(Proposal, Proposal.lecture_id == Lecture.id)
    accepted = joined.where(Proposal.state == ProposalState.ACCEPTED)
    rows = session.execute(accepted.group_by(Proposal.kind, Proposal.party))
    return {(kind, party): count for kind, party, count in rows}


def load(session: Session, selection: Selection) -> dict[int, int]:
    """How many listed instructors of the scope held so many lectures, wherever. One query."""
    filters = selection.filters
    held = (
        select(Lecture.instructor_id, func.count().label("lectures"))
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .where(
            Lecture.state == State.DELIVERED,
            begins_in(filters.period, selection.zone),
            in_field(filters.field),
        )
        .group_by(Lecture.instructor_id)
        .subquery()
    )
    lectures = func.coalesce(held.c.lectures, 0)
    query = (
        select(lectures, func.count())
        .select_from(Instructor)
        .outerjoin(held, held.c.instructor_id == Instructor.id)
        .where(
            Instructor.listed,
            instructor_in_scope(selection.who),
            in_region(Instructor.region_code, filters.region),
        )
        .group_by(lectures)
    )
    found: Counter[int] = Counter()
    for value, count in session.execute(query):
        found[value] += count
    return dict(found)


def _joined(query: Select[*tuple[Any, ...]], selection: Selection) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(Lecture)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .where(counted(selection))
    )
