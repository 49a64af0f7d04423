"""Invitations of two entries that become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from booking.instructors.merger import Merge, instructor_merging, move
from booking.members.models import Invitation


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    move(session, merge, Invitation.instructor_id)
