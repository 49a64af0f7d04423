"""Who may read what of a lecture's history. Pure.

What passes between a branch and those who review its requests concerns these only: the instructor
learns of a request when it is passed on.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from booking.lectures.engine.states import Command, Party, State

REVIEW = frozenset({State.SUBMITTED, State.RETURNED, State.REJECTED})
"""The states before a request reaches its instructor."""


class Reads(enum.IntEnum):
    """How much of one change somebody may read."""

    NOTHING = 0
    CHANGE = 1
    """That it happened, when and by whom, but not why."""
    WHOLE = 2


_OF_REVIEW: dict[Party, Reads] = {
    Party.BRANCH: Reads.WHOLE,
    Party.INSTRUCTOR: Reads.NOTHING,
    Party.COORDINATOR: Reads.CHANGE,
    Party.BRANCH_COORDINATOR: Reads.WHOLE,
    Party.SYSTEM: Reads.NOTHING,
}
"""The changes of a review. Coordinators of the instructor's region keep that calendar, so that they
see what becomes of the time; the reasons are for the branch's side."""


def is_of_review(command: Command | None, target: State) -> bool:
    """Whether a change concerns the branch and its reviewers only; the request itself does not."""
    return command is not None and target in REVIEW


def reads(parties: frozenset[Party], command: Command | None, target: State) -> Reads:
    """How much of a change somebody with these capacities may read."""
    if not is_of_review(command, target):
        return Reads.WHOLE if parties - {Party.SYSTEM} else Reads.NOTHING
    return max((_OF_REVIEW[party] for party in parties), default=Reads.NOTHING)


def reached_instructor(targets: Iterable[State]) -> bool:
    """Whether a lecture with these states in its history was ever passed to its instructor."""
    return any(target in (State.REQUESTED, State.CONFIRMED) for target in targets)
