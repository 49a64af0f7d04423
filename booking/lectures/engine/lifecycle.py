"""What the transition table permits: which commands are possible, taken, and undone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.errors import Forbidden
from booking.lectures.engine.errors import (
    NothingToUndo,
    ReasonMissing,
    StateMovedOn,
    TooLateToUndo,
)
from booking.lectures.engine.guards import Times
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import TRANSITIONS, Transition
from booking.text import is_blank

UNDO_WITHIN = timedelta(minutes=1)
"""How long a command can be taken back by who gave it."""


_TABLE = {(row.source, row.command): row for row in TRANSITIONS}


def find(state: State, command: Command) -> Transition | None:
    """The transition for a command in a state, or None."""
    return _TABLE.get((state, command))


def possible(state: State, parties: frozenset[Party], times: Times) -> list[Transition]:
    """The transitions that these parties can trigger now, in the table's order."""
    return [
        row
        for row in TRANSITIONS
        if row.source is state and row.who & parties and row.guard.holds(times)
    ]


def take(
    state: State, command: Command, parties: frozenset[Party], times: Times, reason: str
) -> Transition:
    """The permitted transition for a command in a state.

    Raises `StateMovedOn` (409) when the state has no such command, `AlreadyBegun` or
    `NotOverYet` (409) when the guard fails, `Forbidden` (403) when none of the parties may
    trigger it, and `ReasonMissing` (422).
    """
    row = find(state, command)
    if row is None:
        raise StateMovedOn()
    if not row.who & parties:
        raise Forbidden()
    if not row.guard.holds(times):
        raise row.guard.refusal()
    if row.needs_reason and is_blank(reason):
        raise ReasonMissing()
    return row


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last row of a lecture's history, as far as undo concerns it."""

    source: State | None
    command: Command | None
    at: datetime
    user_id: int | None


def undone(last: LastChange, *, user_id: int | None, now: datetime) -> Transition:
    """The transition that a user takes back; the lecture returns to its source.

    Raises `NothingToUndo` (409) if the last change is not the user's own or cannot be undone, and
    `TooLateToUndo` (409) after `UNDO_WITHIN`.
    """
    row = last.source and last.command and find(last.source, last.command)
    if not row or not row.undoable or user_id is None or user_id != last.user_id:
        raise NothingToUndo()
    if now - last.at > UNDO_WITHIN:
        raise TooLateToUndo()
    return row


def taken_back(source: State | None, state: State) -> Transition | None:
    """The row that an undo from `source` to `state` took back; None if there is none."""
    found = (row for row in TRANSITIONS if row.undoable and row.source is state)
    return next((row for row in found if row.target is source), None)
