"""Banks of the topics of two entries that become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from booking.instructors.merger import Merge, instructor_merging, move_topics
from booking.knowledge_tests.models import BankQuestion


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    move_topics(session, merge, BankQuestion.topic_id)
