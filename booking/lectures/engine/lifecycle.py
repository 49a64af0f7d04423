"""The one transition table of a lecture (state x command -> next state, who, guard). Pure.

The service, the buttons on the pages and the stateful property test all read it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from booking.errors import Forbidden
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


Guard = Callable[[Times], bool]


def before_start(times: Times) -> bool:
    """The lecture has not begun."""
    return times.now < times.starts_at


def after_end(times: Times) -> bool:
    """The lecture is over."""
    return times.ends_at <= times.now


def unanswered(times: Times) -> bool:
    """The time for an answer has run out."""
    return times.reply_due_at <= times.now or times.starts_at <= times.now


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    source: State
    command: Command
    target: State
    who: frozenset[Party]
    guard: Guard
    needs_reason: bool = False
    releases: bool = False
    """Whether the instructor's time is given back."""


def _by(*parties: Party) -> frozenset[Party]:
    return frozenset(parties)


BRANCH, INSTRUCTOR, COORDINATOR, BRANCH_COORDINATOR, SYSTEM = Party

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        State.REQUESTED,
        Command.CONFIRM,
        State.CONFIRMED,
        _by(INSTRUCTOR, COORDINATOR),
        before_start,
    ),
    Transition(
        State.REQUESTED,
        Command.DECLINE,
        State.DECLINED,
        # A coordinator answers on behalf of somebody who has no account; history says so.
        _by(INSTRUCTOR, COORDINATOR),
        before_start,
        needs_reason=True,
        releases=True,
    ),
    Transition(
        State.REQUESTED,
        Command.WITHDRAW,
        State.WITHDRAWN,
        _by(BRANCH),
        before_start,
        releases=True,
    ),
    Transition(
        State.REQUESTED,
        Command.EXPIRE,
        State.EXPIRED,
        _by(SYSTEM),
        unanswered,
        releases=True,
    ),
    Transition(
        State.CONFIRMED,
        Command.CANCEL,
        State.CANCELLED,
        _by(BRANCH, INSTRUCTOR, COORDINATOR, BRANCH_COORDINATOR),
        before_start,
        needs_reason=True,
        releases=True,
    ),
    Transition(
        State.CONFIRMED,
        Command.DELIVER,
        State.DELIVERED,
        _by(BRANCH, INSTRUCTOR, SYSTEM),
        after_end,
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
        row for row in TRANSITIONS if row.source is state and row.who & parties and row.guard(times)
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
    if not row.guard(times):
        raise AlreadyBegun() if row.guard is before_start else NotOverYet()
    if row.needs_reason and is_blank(reason):
        raise ReasonMissing()
    return row
