"""Who has already accepted a lecture as it stands, by its history (RFC 5545, 3.2.12). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from booking.lectures.engine.states import Command, Party, State

ATTENDING = frozenset({Party.BRANCH, Party.INSTRUCTOR})
"""Who acts for themselves; coordinators act for somebody else, who has not answered."""

_BOOKED = frozenset({None, Command.RESUBMIT})
_ENDED = frozenset({Command.REFUSE, Command.RETRACT, Command.LAPSE})
_CHANGED = frozenset({Command.MOVE, Command.REPLACE})


class Step(NamedTuple):
    """One row of a lecture's history."""

    command: Command | None
    target: State
    party: Party
    user_id: int | None


def accepted(history: Iterable[Step]) -> frozenset[int]:
    """The accounts that agreed to the present time, place and instructor, in any order.

    Who books agrees, and so does who confirms. Another time, place or instructor counts as agreed
    by who proposed it and by who agreed to it; all earlier agreements end with it.
    """
    standing: frozenset[int] = frozenset()
    proposed: frozenset[int] = frozenset()
    for step in history:
        actor = _actor(step)
        if step.command in _BOOKED:
            standing = actor
        elif step.command is Command.CONFIRM:
            standing |= actor
        elif step.command is Command.PROPOSE:
            proposed = actor
        elif step.command is Command.AGREE:
            proposed |= actor
        elif step.command in _ENDED:
            proposed = frozenset()
        elif step.command in _CHANGED:
            standing, proposed = proposed | actor, frozenset()
        elif step.command is Command.UNDO and step.target is State.REQUESTED:
            standing -= actor
    return standing


def _actor(step: Step) -> frozenset[int]:
    if step.user_id is None or step.party not in ATTENDING:
        return frozenset()
    return frozenset({step.user_id})
