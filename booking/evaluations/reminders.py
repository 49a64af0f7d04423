"""Which branches are reminded of their evaluation, once. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from booking.evaluations.engine import policy
from booking.evaluations.engine.events import EVALUATION_DUE, EvaluationDue
from booking.evaluations.models import BranchEvaluation, EvaluationReminder
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.outbox import service as outbox

AT_ONCE = 200
"""Most lectures of one round of the worker, which comes once an hour."""


def _due(now: datetime) -> list[ColumnElement[bool]]:
    done = [
        ~select(table.lecture_id).where(table.lecture_id == Lecture.id).correlate(Lecture).exists()
        for table in (BranchEvaluation, EvaluationReminder)
    ]
    return [
        Lecture.state == State.DELIVERED,
        Lecture.ends_at <= now - policy.REMINDED_AFTER,
        Lecture.ends_at > policy.counted_before(now),
        *done,
    ]


def to_remind(session: Session, *, now: datetime) -> Sequence[int]:
    """The ids of the lectures whose branch is to be reminded, the oldest first."""
    query = select(Lecture.id).where(*_due(now)).order_by(Lecture.ends_at, Lecture.id)
    return session.scalars(query.limit(AT_ONCE)).all()


def remind(session: Session, *, lecture_id: int, now: datetime) -> bool:
    """Record one reminder; False if it is no longer due."""
    query = select(Lecture).where(Lecture.id == lecture_id, *_due(now))
    locked = query.with_for_update(of=Lecture).execution_options(populate_existing=True)
    if session.scalars(locked).one_or_none() is None:
        return False
    session.add(EvaluationReminder(lecture_id=lecture_id, at=now))
    outbox.record(session, EVALUATION_DUE, EvaluationDue(now, lecture_id), now=now)
    session.flush()
    return True
