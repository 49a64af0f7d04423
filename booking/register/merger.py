"""Imports that added or completed one of two entries that become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.instructors.merger import Merge, instructor_merging, move
from booking.register.models import BatchEntry


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    """The import has changed an entry that stays: undoing it is refused from now on."""
    there = select(BatchEntry.batch_id).where(BatchEntry.instructor_id == merge.kept_id)
    session.execute(
        delete(BatchEntry).where(
            BatchEntry.instructor_id == merge.dropped_id,
            BatchEntry.batch_id.in_(there.scalar_subquery()),
        )
    )
    move(session, merge, BatchEntry.instructor_id)
