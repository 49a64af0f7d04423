"""What becomes of an evaluation when its lecture is recorded as not held.

While the branch can still correct it, it is deleted. Afterwards it is counted, and stays so: were
it taken out of its group, the next one would move up, and two looks would tell both.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.evaluations.engine.policy import BRANCH_WITHIN
from booking.evaluations.models import BranchEvaluation
from booking.lectures.changes import lecture_changed
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture


def subscribe() -> None:
    """Connect the signal."""
    lecture_changed.connect(_on_change)


def _on_change(session: Session, *, lecture: Lecture, event: LectureEvent, **_more: Any) -> None:
    if lecture.state is State.NOT_HELD and event.at < lecture.ends_at + BRANCH_WITHIN:
        of_lecture = BranchEvaluation.lecture_id == lecture.id
        session.execute(delete(BranchEvaluation).where(of_lecture))
