"""Reads: question sets, the evaluation of one lecture, what waits, and totals by field."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.evaluations import totals
from booking.evaluations.engine import groups, policy
from booking.evaluations.engine.scales import EvaluationDimension
from booking.evaluations.models import (
    BranchEvaluation,
    EvaluationConsent,
    EvaluationSet,
    ListenerEvaluation,
)
from booking.evaluations.totals import Means, Period, Summary
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture

MOST_WAITING = 20
"""Lectures that wait for their evaluation, as pages list them."""


@dataclass(frozen=True, slots=True)
class LectureEvaluation:
    """What may be told of the evaluation of one lecture."""

    filed: bool
    """Whether the branch has evaluated."""
    own: BranchEvaluation | None
    """What it said, for a reader of the branch's side only: one answer is told to nobody else."""
    listeners: int
    """How many listeners answered."""
    means: Means | None
    """Of the listeners; None while they can answer, and below `groups.LEAST` answers."""


def newest_set(session: Session) -> EvaluationSet:
    """The questions in force."""
    return session.scalars(select(EvaluationSet).order_by(EvaluationSet.id.desc()).limit(1)).one()


def every_set(session: Session) -> Sequence[EvaluationSet]:
    """All versions, the newest first."""
    return session.scalars(select(EvaluationSet).order_by(EvaluationSet.id.desc())).all()


def branch_evaluation(session: Session, lecture_id: int) -> BranchEvaluation | None:
    """What the branch of a lecture said, or None."""
    return session.get(BranchEvaluation, lecture_id)


def has_answered(session: Session, link_id: int, device_key: str) -> bool:
    """Whether a device has answered by a link."""
    query = select(ListenerEvaluation.id).where(
        ListenerEvaluation.link_id == link_id, ListenerEvaluation.device_key == device_key
    )
    return session.scalars(query).first() is not None


def answers_of_link(session: Session, link_id: int) -> int:
    """How many devices have answered by a link."""
    query = select(func.count()).where(ListenerEvaluation.link_id == link_id)
    return session.scalar(query) or 0


def evaluation_of(
    session: Session, lecture_id: int, *, of_branch: bool, now: datetime
) -> LectureEvaluation:
    """What a reader may know of a lecture's evaluation; `of_branch`: who reads is of its branch."""
    lecture = session.get_one(Lecture, lecture_id)
    own = branch_evaluation(session, lecture_id)
    count, means = totals.of_listeners(session, lecture_id)
    told = (
        groups.shown(count)
        and lecture.state is State.DELIVERED
        and lecture.ends_at <= policy.closed_before(now)
    )
    return LectureEvaluation(
        filed=own is not None,
        own=own if of_branch else None,
        listeners=count,
        means=means if told else None,
    )


def waiting(
    session: Session, organisation_ids: Collection[int], now: datetime
) -> Sequence[Lecture]:
    """Lectures that these branches can evaluate and have not, the oldest first. One query."""
    query = (
        select(Lecture)
        .where(
            Lecture.organisation_id.in_(organisation_ids),
            Lecture.state == State.DELIVERED,
            Lecture.ends_at <= now,
            Lecture.ends_at > policy.counted_before(now),
            ~select(BranchEvaluation.lecture_id)
            .where(BranchEvaluation.lecture_id == Lecture.id)
            .correlate(Lecture)
            .exists(),
        )
        .options(joinedload(Lecture.instructor))
        .order_by(Lecture.ends_at, Lecture.id)
        .limit(MOST_WAITING)
    )
    return session.scalars(query).all()


def evaluated(
    session: Session,
    period: Period,
    *,
    organisation_ids: Collection[int] = (),
    instructor_ids: Collection[int] = (),
) -> int:
    """How many lectures of these branches or instructors that began in a period were evaluated.

    By their branches; the half-open period is in instants. One query.
    """
    own = or_(
        Lecture.organisation_id.in_(sorted(organisation_ids)),
        Lecture.instructor_id.in_(sorted(instructor_ids)),
    )
    query = (
        select(func.count())
        .select_from(BranchEvaluation)
        .join(Lecture, Lecture.id == BranchEvaluation.lecture_id)
        .where(
            own,
            Lecture.state == State.DELIVERED,
            Lecture.starts_at >= period[0],
            Lecture.starts_at < period[1],
        )
    )
    return session.scalar(query) or 0


def summary_by_field(
    session: Session, scopes: Collection[str] | None, period: Period | None, *, now: datetime
) -> list[Summary[int | None]]:
    """Totals by field of the topic (its id; None: of no field), in the order of the ids.

    `scopes` are regions of instructors with all below them, None: everywhere. `period` is a
    half-open interval of instants in which lectures ended, None: always. A field of which fewer
    than `groups.LEAST` evaluations can be shown has `hidden`. Three statements at most.
    """
    return totals.by_field(session, scopes, period, now=now)


def summary_by_title(
    session: Session, scopes: Collection[str] | None, period: Period | None, *, now: datetime
) -> list[Summary[str]]:
    """The same by the titles of lectures, in the order of the titles; no person is told."""
    return totals.by_title(session, scopes, period, now=now)


def has_consented(session: Session, instructor_id: int) -> bool:
    """Whether the public page may tell how many would book the instructor again."""
    return session.get(EvaluationConsent, instructor_id) is not None


DIMENSIONS = tuple(EvaluationDimension)
