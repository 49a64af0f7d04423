"""The one transition table of a lecture: state x command -> next state, who, guard, event. Pure.

The service, the buttons on the pages and the stateful property test all read it.
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
    """Where a lecture is in its life."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Command(enum.StrEnum):
    """What somebody may do to a lecture."""

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


class Party(enum.StrEnum):
    """In which capacity somebody acts on a lecture."""

    BRANCH = "branch"
    INSTRUCTOR = "instructor"
    COORDINATOR = "coordinator"
    """Keeps the register in which the instructor stands: answers on behalf of the instructor."""
    BRANCH_COORDINATOR = "branch_coordinator"
    """Looks after the branch's region: never answers for an instructor of another."""
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Times:
    """What the guards look at; all are aware instants."""

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
"""The time for an answer has run out."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    source: State
    command: Command
    target: State
    who: frozenset[Party]
    guard: Guard
    event: EventKind
    """What is recorded, and announced to the other parties."""
    needs_reason: bool = False
    releases: bool = False
    """Whether the instructor's time is given back."""
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
        # A coordinator answers on behalf of somebody who has no account; history says so.
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
"""The states in which a lecture occupies the instructor's time."""

_TABLE = {(row.source, row.command): row for row in TRANSITIONS}


def find(state: State, command: Command) -> Transition | None:
    """The row for a command in a state, if there is one."""
    return _TABLE.get((state, command))


def possible(state: State, parties: frozenset[Party], times: Times) -> list[Transition]:
    """What these parties can do now, in the table's order."""
    return [
        row
        for row in TRANSITIONS
        if row.source is state and row.who & parties and row.guard.holds(times)
    ]


def take(
    state: State, command: Command, parties: frozenset[Party], times: Times, reason: str
) -> Transition:
    """The transition that a command means now, or a refusal.

    Raises `StateMovedOn`, `AlreadyBegun` or `NotOverYet` (409) when the state or the
    time does not allow it, `Forbidden` (403) when these parties may not do it, and
    `ReasonMissing` (422).
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
