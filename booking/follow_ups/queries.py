"""Reads of questions and answers.

`follow_ups_of` serves dossiers, `outcomes_by_field` and `outcomes_by_topic` statistics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Session,
    contains_eager,
    joinedload,
    selectinload,
)

from booking.accounts.engine.permissions import Subject
from booking.accounts.models import Organisation
from booking.accounts.queries import lies_under
from booking.follow_ups.documents.models import FollowUpDocument
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.models import FollowUp, FollowUpChoice
from booking.instructors.models import Topic
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture

MOST_WAITING = 20
"""Questions in the list of what waits for a branch; those that close first come first."""


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """Answers of one field or topic in a period; `key` is the id of the field, or the title."""

    key: int | str | None
    """None: of lectures whose topic has no field, or is gone."""
    asked: int = 0
    answered: int = 0
    by_outcome: Mapping[int, int] = field(default_factory=dict)
    """How many answers name an outcome, by its id; one answer may name several."""


def subject(lecture: Lecture) -> Subject:
    """Who owns an answer: the branch and its region, not the instructor's."""
    return Subject(
        organisation_id=lecture.organisation_id,
        region_codes=frozenset({lecture.organisation.region_code}),
    )


def follow_ups_of(session: Session, lecture_id: int) -> Sequence[FollowUp]:
    """The questions about a lecture with their outcomes, the first one first. Two queries."""
    query = (
        select(FollowUp)
        .where(FollowUp.lecture_id == lecture_id)
        .options(selectinload(FollowUp.outcomes))
        .order_by(FollowUp.asked_at, FollowUp.id)
    )
    return session.scalars(query).all()


def one(session: Session, lecture_id: int, stage: FollowUpStage) -> FollowUp | None:
    """One question about a lecture, or None."""
    query = select(FollowUp).where(FollowUp.lecture_id == lecture_id, FollowUp.stage == stage)
    return session.scalars(query.options(selectinload(FollowUp.outcomes))).one_or_none()


def document_of(session: Session, follow_up_id: int) -> FollowUpDocument | None:
    """The document of an answer, without its bytes; or None."""
    return session.get(FollowUpDocument, follow_up_id)


def documents_of(session: Session, lecture_id: int) -> Mapping[int, FollowUpDocument]:
    """The documents of all answers about a lecture, by the id of the question."""
    query = select(FollowUpDocument).join(FollowUp, FollowUp.id == FollowUpDocument.follow_up_id)
    found = session.scalars(query.where(FollowUp.lecture_id == lecture_id))
    return {document.follow_up_id: document for document in found}


def is_open(follow_up: FollowUp, lecture: Lecture, now: datetime) -> bool:
    """Whether it can be answered now: it is not over, and the lecture counts as held."""
    return lecture.state is State.DELIVERED and now < follow_up.closes_at


def waiting(
    session: Session, organisation_ids: Collection[int], *, now: datetime
) -> Sequence[FollowUp]:
    """The unanswered questions to some branches, those that close first first. One query."""
    query = (
        select(FollowUp)
        .join(FollowUp.lecture)
        .where(
            Lecture.organisation_id.in_(organisation_ids),
            Lecture.state == State.DELIVERED,
            FollowUp.answered_at.is_(None),
            FollowUp.closes_at > now,
        )
        .options(contains_eager(FollowUp.lecture).joinedload(Lecture.instructor))
        .order_by(FollowUp.closes_at, FollowUp.id)
        .limit(MOST_WAITING)
    )
    return session.scalars(query).all()


def in_regions(scopes: Collection[str] | None) -> ColumnElement[bool]:
    """SQL condition: the branch is in one of the regions or under it; None is everywhere.

    The statement must join the lecture's organisation.
    """
    if scopes is None:
        return true()
    return or_(false(), *(lies_under(Organisation.region_code, scope) for scope in sorted(scopes)))


def outcomes_by_field(
    session: Session, scopes: Collection[str] | None, period: tuple[datetime, datetime]
) -> list[OutcomeCount]:
    """Questions and answers by the field of the topic, in the order of the fields' ids.

    `scopes` are codes of regions of branches (each with all under it), None is everywhere.
    `period` is [first, last) of the beginnings of the lectures; instants are aware. Two queries.
    """
    return _counted(session, Topic.field_id, scopes, period)


def outcomes_by_topic(
    session: Session, scopes: Collection[str] | None, period: tuple[datetime, datetime]
) -> list[OutcomeCount]:
    """The same by the title of the lecture, those with most answers first."""
    found = _counted(session, Lecture.title, scopes, period)
    return sorted(found, key=lambda one: (-one.answered, -one.asked, str(one.key)))


def _counted(
    session: Session,
    key: InstrumentedAttribute[Any],
    scopes: Collection[str] | None,
    period: tuple[datetime, datetime],
) -> list[OutcomeCount]:
    if scopes is not None and not scopes:
        return []
    by_key: defaultdict[int | str | None, dict[int, int]] = defaultdict(dict)
    chosen = _of(select(key, FollowUpChoice.outcome_id, func.count()), scopes, period)
    chosen = chosen.join(FollowUpChoice, FollowUpChoice.follow_up_id == FollowUp.id)
    for name, outcome_id, count in session.execute(chosen.group_by(key, FollowUpChoice.outcome_id)):
        by_key[name][outcome_id] = count
    answered = func.count(FollowUp.answered_at)
    totals = _of(select(key, func.count(FollowUp.id), answered), scopes, period)
    rows = session.execute(totals.group_by(key).order_by(key.is_(None), key))
    return [OutcomeCount(name, asked, done, by_key[name]) for name, asked, done in rows]


def _of(
    query: Select[Any],
    scopes: Collection[str] | None,
    period: tuple[datetime, datetime],
) -> Select[Any]:
    """The query over the questions about lectures of a period that count as held."""
    return (
        query.select_from(FollowUp)
        .join(Lecture, Lecture.id == FollowUp.lecture_id)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .where(
            Lecture.state == State.DELIVERED,
            Lecture.starts_at >= period[0],
            Lecture.starts_at < period[1],
            in_regions(scopes),
        )
    )


def answered_in(
    session: Session,
    scopes: Collection[str] | None,
    period: tuple[datetime, datetime],
    *,
    limit: int,
) -> Sequence[FollowUp]:
    """The answers of a period with their lectures, the newest first. Two queries."""
    if scopes is not None and not scopes:
        return []
    query = _of(select(FollowUp), scopes, period).where(FollowUp.answered_at.is_not(None))
    with_lectures = query.options(
        joinedload(FollowUp.lecture).joinedload(Lecture.organisation),
        selectinload(FollowUp.outcomes),
    )
    ordered = with_lectures.order_by(FollowUp.answered_at.desc(), FollowUp.id.desc())
    return session.scalars(ordered.limit(limit)).all()
