"""The transition table of a lecture: state x command -> next state, who, guard, event. Pure.

The service, the buttons on the pages and the stateful property test all use it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from booking.errors import Conflict, Forbidden
from booking.lectures.engine.errors import AlreadyBegun, NotOverYet, ReasonMissing, StateMovedOn
from booking.text import is_blank


class State(enum.StrEnum):
    """The states of a lecture."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Command(enum.StrEnum):
    """The commands that cause a transition."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    DELIVER = "deliver"
    EXPIRE = "expire"


class EventKind(enum.StrEnum):
    """The events of a lecture's life, by the names under which they are stored."""

    REQUESTED = "lecture.requested"
    CONFIRMED = "lecture.confirmed"
    DECLINED = "lecture.declined"
    WITHDRAWN = "lecture.withdrawn"
    EXPIRED = "lecture.expired"
    CANCELLED = "lecture.cancelled"
    DELIVERED = "lecture.delivered"


class Side(enum.StrEnum):
    """The two sides of a lecture, for whom mails are written and calendars are kept."""

    BRANCH = "branch"
    INSTRUCTOR = "instructor"


class Party(enum.StrEnum):
    """The capacity in which somebody (or the system) acts on a lecture: a side, or another."""

    BRANCH = "branch"
    INSTRUCTOR = "instructor"
    COORDINATOR = "coordinator"
    """Coordinator of the instructor's region: answers on behalf of the instructor."""
    BRANCH_COORDINATOR = "branch_coordinator"
    """Coordinator of the branch's region: never answers for an instructor of another region."""
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Times:
    """The input of guards; all are aware instants."""

    now: datetime
    starts_at: datetime
    ends_at: datetime
    reply_due_at: datetime


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on the time, and the refusal where it does not hold."""

    holds: Callable[[Times], bool]
    refusal: type[Conflict]


BEFORE_START = Guard(lambda times: times.now < times.starts_at, AlreadyBegun)
"""The lecture has not begun."""

AFTER_END = Guard(lambda times: times.ends_at <= times.now, NotOverYet)
"""The lecture is over."""

REPLY_OVERDUE = Guard(
    lambda times: times.reply_due_at <= times.now or times.starts_at <= times.now, NotOverYet
)
"""The reply is overdue, or the lecture has begun."""


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
    releases: bool = False
    """Whether the hold is deleted."""
    raises_sequence: bool = True
    """Whether calendars must see a newer version: SEQUENCE grows (RFC 5545, 3.8.7.4)."""


def _by(*parties: Party) -> frozenset[Party]:
    return frozenset(parties)


BRANCH, INSTRUCTOR, COORDINATOR, BRANCH_COORDINATOR, SYSTEM = Party

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        State.REQUESTED,
        Command.CONFIRM,
        State.CONFIRMED,
        _by(INSTRUCTOR, COORDINATOR),
        BEFORE_START,
        EventKind.CONFIRMED,
    ),
    Transition(
        State.REQUESTED,
        Command.DECLINE,
        State.DECLINED,
        # A coordinator answers for an instructor without an account; the history records it.
        _by(INSTRUCTOR, COORDINATOR),
        BEFORE_START,
        EventKind.DECLINED,
        needs_reason=True,
        releases=True,
    ),
    Transition(
        State.REQUESTED,
        Command.WITHDRAW,
        State.WITHDRAWN,
        _by(BRANCH),
        BEFORE_START,
        EventKind.WITHDRAWN,
        releases=True,
    ),
    Transition(
        State.REQUESTED,
        Command.EXPIRE,
        State.EXPIRED,
        _by(SYSTEM),
        REPLY_OVERDUE,
        EventKind.EXPIRED,
        releases=True,
    ),
    Transition(
        State.CONFIRMED,
        Command.CANCEL,
        State.CANCELLED,
        _by(BRANCH, INSTRUCTOR, COORDINATOR, BRANCH_COORDINATOR),
        BEFORE_START,
        EventKind.CANCELLED,
        needs_reason=True,
        releases=True,
    ),
    Transition(
        State.CONFIRMED,
        Command.DELIVER,
        State.DELIVERED,
        _by(BRANCH, INSTRUCTOR, SYSTEM),
        AFTER_END,
        EventKind.DELIVERED,
        raises_sequence=False,
    ),
)

HOLDING = frozenset({State.REQUESTED, State.CONFIRMED, State.DELIVERED})
"""The states in which a lecture has a hold."""

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
