"""Whether somebody can take the last change of a lecture back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.lectures.engine import lifecycle
from booking.lectures.engine.errors import NothingToUndo, TooLateToUndo
from booking.lectures.engine.lifecycle import LastChange
from booking.lectures.engine.transitions import Transition
from booking.lectures.models import HistoryEntry


def last_entry(session: Session, lecture_id: int) -> HistoryEntry | None:
    """The newest row of a lecture's history. One query."""
    query = select(HistoryEntry).where(HistoryEntry.lecture_id == lecture_id)
    return session.scalars(query.order_by(HistoryEntry.id.desc()).limit(1)).first()


def can_undo(last: HistoryEntry | None, *, user_id: int | None, now: datetime) -> bool:
    """Whether `row_to_undo` finds a transition."""
    try:
        row_to_undo(last, user_id=user_id, now=now)
    except (NothingToUndo, TooLateToUndo):
        return False
    return True


def row_to_undo(last: HistoryEntry | None, *, user_id: int | None, now: datetime) -> Transition:
    """The transition that a user can take back; raises `NothingToUndo` and `TooLateToUndo`."""
    if last is None:
        raise NothingToUndo()
    known = LastChange(last.source, last.command, last.at, last.user_id)
    return lifecycle.undone(known, user_id=user_id, now=now)
