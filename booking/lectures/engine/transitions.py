"""The transition table of a lecture: state x command -> next state, who, guard, event. Pure.

The service, the buttons on the pages, the documentation and the stateful property test use it,
through `lifecycle`.
"""

from __future__ import annotations

from dataclasses import dataclass

from booking.lectures.engine.guards import (
    AFTER_END,
    AFTER_START,
    ANY_TIME,
    BEFORE_START,
    REPLY_OVERDUE,
    Guard,
)
from booking.lectures.engine.states import Command, EventKind, Party, State


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the transition table."""

    source: State
    command: Command
    target: State
    who: frozenset[Party]
    guard: Guard
    event: EventKind
    """What is recorded, and announced to the other parties."""
    needs_reason: bool = False
    plain: bool = True
    """Whether the command needs nothing but a reason; others have a form of their own."""
    undoable: bool = False
    """Whether who gave the command can take it back (`lifecycle.UNDO_WITHIN`)."""
    raises_sequence: bool = True
    """Whether calendars must see a newer version: SEQUENCE grows (RFC 5545, 3.8.7.4)."""

    @property
    def releases(self) -> bool:
        """Whether the hold is deleted."""
        return self.source in HOLDING and self.target not in HOLDING

    @property
    def acquires(self) -> bool:
        """Whether the time is held anew: a release that is undone."""
        return self.source not in HOLDING and self.target in HOLDING


HOLDING = frozenset(
    {State.SUBMITTED, State.RETURNED, State.REQUESTED, State.CONFIRMED, State.DELIVERED}
)
"""The states in which a lecture has a hold."""

WAITING = frozenset({State.SUBMITTED, State.RETURNED, State.REQUESTED})
"""The states in which a request waits for somebody until `reply_due_at`."""

PUBLISHED = frozenset({State.CONFIRMED, State.DELIVERED})
"""The states in which a lecture stands in calendars."""

CHANGEABLE = (State.REQUESTED, State.CONFIRMED)
"""The states in which another time, place or instructor can be proposed."""


def _by(*parties: Party) -> frozenset[Party]:
    return frozenset(parties)


BRANCH, INSTRUCTOR, COORDINATOR, BRANCH_COORDINATOR, SYSTEM = Party
EVERYBODY = _by(BRANCH, INSTRUCTOR, COORDINATOR, BRANCH_COORDINATOR)

_REVIEW = (
    Transition(
        State.SUBMITTED,
        Command.APPROVE,
        State.REQUESTED,
        _by(BRANCH_COORDINATOR),
        BEFORE_START,
        EventKind.REQUESTED,
        undoable=True,
    ),
    Transition(
        State.SUBMITTED,
        Command.RETURN,
        State.RETURNED,
        _by(BRANCH_COORDINATOR),
        BEFORE_START,
        EventKind.RETURNED,
        needs_reason=True,
        undoable=True,
    ),
    Transition(
        State.SUBMITTED,
        Command.REJECT,
        State.REJECTED,
        _by(BRANCH_COORDINATOR),
        BEFORE_START,
        EventKind.REJECTED,
        needs_reason=True,
        undoable=True,
    ),
    Transition(
        State.RETURNED,
        Command.RESUBMIT,
        State.SUBMITTED,
        _by(BRANCH, BRANCH_COORDINATOR),
        BEFORE_START,
        EventKind.SUBMITTED,
        plain=False,
    ),
)

_ANSWERS = (
    Transition(
        State.REQUESTED,
        Command.CONFIRM,
        State.CONFIRMED,
        # A coordinator answers for an instructor who cannot; the history records it.
        _by(INSTRUCTOR, COORDINATOR),
        BEFORE_START,
        EventKind.CONFIRMED,
        undoable=True,
    ),
    Transition(
        State.REQUESTED,
        Command.DECLINE,
        State.DECLINED,
        _by(INSTRUCTOR, COORDINATOR),
        BEFORE_START,
        EventKind.DECLINED,
        needs_reason=True,
        undoable=True,
    ),
)

_WAITING = tuple(
    row
    for state in State
    if state in WAITING
    for row in (
        Transition(
            state,
            Command.WITHDRAW,
            State.WITHDRAWN,
            _by(BRANCH, BRANCH_COORDINATOR),
            BEFORE_START,
            EventKind.WITHDRAWN,
            undoable=True,
        ),
        Transition(
            state,
            Command.EXPIRE,
            State.EXPIRED,
            _by(SYSTEM),
            REPLY_OVERDUE,
            EventKind.EXPIRED,
        ),
    )
)

_PROMISED: tuple[Transition, ...] = (
    Transition(
        State.CONFIRMED,
        Command.CANCEL,
        State.CANCELLED,
        EVERYBODY,
        BEFORE_START,
        EventKind.CANCELLED,
        needs_reason=True,
        undoable=True,
    ),
    Transition(
        State.CONFIRMED,
        Command.DELIVER,
        State.DELIVERED,
        _by(BRANCH, INSTRUCTOR, COORDINATOR, BRANCH_COORDINATOR, SYSTEM),
        AFTER_END,
        EventKind.DELIVERED,
        undoable=True,
        raises_sequence=False,
    ),
    Transition(
        State.DELIVERED,
        Command.RECORD,
        State.DELIVERED,
        EVERYBODY,
        AFTER_END,
        EventKind.RECORDED,
        plain=False,
        raises_sequence=False,
    ),
    *(
        Transition(
            state,
            Command.NOT_HELD,
            State.NOT_HELD,
            EVERYBODY,
            AFTER_START,
            EventKind.NOT_HELD,
            plain=False,
            undoable=True,
        )
        for state in (State.CONFIRMED, State.DELIVERED)
    ),
)

_PROPOSALS = tuple(
    Transition(
        state,
        command,
        state,
        who,
        guard,
        event,
        needs_reason=command is Command.REFUSE,
        plain=False,
        raises_sequence=False,
    )
    for state in CHANGEABLE
    for command, who, guard, event in (
        (Command.PROPOSE, EVERYBODY, BEFORE_START, EventKind.PROPOSED),
        (Command.AGREE, EVERYBODY, BEFORE_START, EventKind.AGREED),
        (Command.REFUSE, EVERYBODY, BEFORE_START, EventKind.PROPOSAL_REFUSED),
        (Command.RETRACT, EVERYBODY, BEFORE_START, EventKind.PROPOSAL_RETRACTED),
        (Command.LAPSE, _by(SYSTEM), ANY_TIME, EventKind.PROPOSAL_LAPSED),
    )
)

_CHANGES = tuple(
    # Who agrees to another time has also answered the request.
    Transition(state, command, State.CONFIRMED, EVERYBODY, BEFORE_START, event, plain=False)
    for state in CHANGEABLE
    for command, event in (
        (Command.MOVE, EventKind.MOVED),
        (Command.REPLACE, EventKind.REPLACED),
    )
)

TRANSITIONS: tuple[Transition, ...] = (
    *_REVIEW,
    *_ANSWERS,
    *_WAITING,
    *_PROMISED,
    *_PROPOSALS,
    *_CHANGES,
)
