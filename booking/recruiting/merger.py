"""Steps of recruiting that name an entry which becomes part of another."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from booking.instructors.merger import Merge, instructor_merging, move
from booking.recruiting.models import RecruitingStep


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    move(session, merge, RecruitingStep.instructor_id)
