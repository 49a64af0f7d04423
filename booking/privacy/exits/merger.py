"""An entry whose person leaves is not merged: two people could be taken for one for good."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from booking.instructors.merger import CannotMerge, Merge, instructor_merging
from booking.privacy.exits import queries
from booking.sentences import N_


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    if queries.is_involved(session, merge.kept_id, merge.dropped_id):
        raise CannotMerge(N_("The person of one of these entries is leaving the register."))
