"""When a lecture can be evaluated, and by whom. Pure; instants are aware."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.lectures.engine.states import State
from booking.lectures.engine.transitions import PUBLISHED

BRANCH_WITHIN = timedelta(days=14)
"""How long after the end the branch evaluates, and corrects what it said."""

LISTENERS_WITHIN = timedelta(days=7)
"""How long after the end listeners answer."""

REMINDED_AFTER = timedelta(days=2)
"""How long after the end the branch is reminded, once."""


def branch_may(state: State, ends_at: datetime, now: datetime) -> bool:
    """Whether the branch can evaluate now: the lecture took place, at most two weeks ago."""
    return state is State.DELIVERED and ends_at <= now < ends_at + BRANCH_WITHIN


def listeners_may(state: State, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether listeners can answer now: it has begun and stands, and ended at most a week ago."""
    return state in PUBLISHED and starts_at <= now < ends_at + LISTENERS_WITHIN


def counted_before(now: datetime) -> datetime:
    """Evaluations of branches count of lectures that ended at or before this: none can change."""
    return now - BRANCH_WITHIN


def closed_before(now: datetime) -> datetime:
    """Answers of listeners count of lectures that ended at or before this: no more can come."""
    return now - LISTENERS_WITHIN
