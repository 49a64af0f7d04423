"""The transition table of an order: state x command -> next state, who, guard, event. Pure.

The service, the buttons on the pages and the tests all use it. An order is open, or offered while a
lecture of it waits for its instructor; then fulfilled, or over without one. Parties are those of a
lecture; the coordinator of the branch's region dispatches.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from booking.errors import Conflict, Forbidden
from booking.lectures.engine.errors import ReasonMissing
from booking.lectures.engine.states import Party
from booking.orders.engine.errors import OrderMovedOn, WindowPassed, WindowStillOpen
from booking.text import is_blank


class OrderState(enum.StrEnum):
    """The states of an order."""

    OPEN = "open"
    OFFERED = "offered"
    FULFILLED = "fulfilled"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class OrderCommand(enum.StrEnum):
    """The commands that cause a transition."""

    DISPATCH = "dispatch"
    """A coordinator, or the queue of a coordinator, asks an instructor."""
    RECALL = "recall"
    """A coordinator takes the offer back."""
    RETURN = "return"
    """The offer came to nothing: declined, expired or withdrawn."""
    FULFIL = "fulfil"
    """The instructor has accepted."""
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    CLAIM = "claim"
    """An instructor would give the lecture at a time of their choice."""
    UNCLAIM = "unclaim"
    ACCEPT = "accept"
    """A coordinator accepts a claim."""
    JOIN = "join"
    """A coordinator lets the branch listen to the lecture of another order."""
    SEPARATE = "separate"
    REJECT = "reject"
    CANCEL = "cancel"
    REOPEN = "reopen"
    """The instructor cancelled the lecture."""
    RESTORE = "restore"
    """The answer or the cancellation that changed the order was undone."""
    EXPIRE = "expire"
    HOLD = "hold"
    """Waiting list: a time of the named instructor is held for the branch."""
    TAKE = "take"
    """The branch wants the held time: the instructor is asked."""
    LET_GO = "let_go"
    """The branch does not want the held time."""
    LAPSE = "lapse"
    """The branch has not said whether it wants the held time."""


class OrderEventKind(enum.StrEnum):
    """The events of an order's life, by the names under which they are stored."""

    PLACED = "order.placed"
    DISPATCHED = "order.dispatched"
    RECALLED = "order.recalled"
    RETURNED = "order.returned"
    FULFILLED = "order.fulfilled"
    PUBLISHED = "order.published"
    UNPUBLISHED = "order.unpublished"
    CLAIMED = "order.claimed"
    UNCLAIMED = "order.unclaimed"
    ACCEPTED = "order.claim_accepted"
    JOINED = "order.joined"
    SEPARATED = "order.separated"
    REJECTED = "order.rejected"
    CANCELLED = "order.cancelled"
    REOPENED = "order.reopened"
    RESTORED = "order.restored"
    EXPIRED = "order.expired"
    TIME_HELD = "order.time_held"
    TIME_TAKEN = "order.time_taken"
    TIME_LET_GO = "order.time_let_go"
    TIME_LAPSED = "order.time_lapsed"


@dataclass(frozen=True, slots=True)
class OrderTimes:
    """The input of guards; both are aware instants."""

    now: datetime
    expires_at: datetime
    """The end of the last window."""


@dataclass(frozen=True, slots=True)
class OrderGuard:
    """A condition on the time, and the refusal where it does not hold."""

    holds: Callable[[OrderTimes], bool]
    refusal: type[Conflict]


ANY_TIME = OrderGuard(lambda times: True, OrderMovedOn)
"""No condition."""

IN_TIME = OrderGuard(lambda times: times.now < times.expires_at, WindowPassed)
"""The last window has not passed."""

OVERDUE = OrderGuard(lambda times: times.expires_at <= times.now, WindowStillOpen)
"""The last window has passed."""


@dataclass(frozen=True, slots=True)
class OrderTransition:
    """One row of the transition table."""

    source: OrderState
    command: OrderCommand
    target: OrderState
    who: frozenset[Party]
    guard: OrderGuard
    event: OrderEventKind
    needs_reason: bool = False


def _by(*parties: Party) -> frozenset[Party]:
    return frozenset(parties)


BRANCH, INSTRUCTOR, SYSTEM = Party.BRANCH, Party.INSTRUCTOR, Party.SYSTEM
COORDINATOR = Party.BRANCH_COORDINATOR
_S, _C, _E = OrderState, OrderCommand, OrderEventKind


def _row(
    source: OrderState,
    command: OrderCommand,
    target: OrderState,
    who: frozenset[Party],
    event: OrderEventKind,
    guard: OrderGuard = ANY_TIME,
    *,
    needs_reason: bool = False,
) -> OrderTransition:
    return OrderTransition(source, command, target, who, guard, event, needs_reason)


ORDER_TRANSITIONS: tuple[OrderTransition, ...] = (
    # A queue that a coordinator has set up goes on by itself after a refusal.
    _row(_S.OPEN, _C.DISPATCH, _S.OFFERED, _by(COORDINATOR, SYSTEM), _E.DISPATCHED, IN_TIME),
    _row(_S.OPEN, _C.PUBLISH, _S.OPEN, _by(COORDINATOR), _E.PUBLISHED, IN_TIME),
    _row(_S.OPEN, _C.UNPUBLISH, _S.OPEN, _by(COORDINATOR), _E.UNPUBLISHED),
    _row(_S.OPEN, _C.CLAIM, _S.OPEN, _by(INSTRUCTOR), _E.CLAIMED, IN_TIME),
    _row(_S.OPEN, _C.UNCLAIM, _S.OPEN, _by(INSTRUCTOR), _E.UNCLAIMED),
    _row(_S.OPEN, _C.ACCEPT, _S.FULFILLED, _by(COORDINATOR), _E.ACCEPTED, IN_TIME),
    _row(_S.OPEN, _C.JOIN, _S.OPEN, _by(COORDINATOR), _E.JOINED, IN_TIME),
    _row(_S.OPEN, _C.SEPARATE, _S.OPEN, _by(COORDINATOR, SYSTEM), _E.SEPARATED),
    _row(_S.OPEN, _C.FULFIL, _S.FULFILLED, _by(SYSTEM), _E.FULFILLED),
    _row(_S.OPEN, _C.REJECT, _S.REJECTED, _by(COORDINATOR), _E.REJECTED, needs_reason=True),
    _row(_S.OPEN, _C.CANCEL, _S.CANCELLED, _by(BRANCH, SYSTEM), _E.CANCELLED),
    _row(_S.OPEN, _C.EXPIRE, _S.EXPIRED, _by(SYSTEM), _E.EXPIRED, OVERDUE),
    # The waiting list: who is first has the time for a day.
    _row(_S.OPEN, _C.HOLD, _S.OPEN, _by(SYSTEM), _E.TIME_HELD, IN_TIME),
    _row(_S.OPEN, _C.TAKE, _S.OFFERED, _by(BRANCH, COORDINATOR), _E.TIME_TAKEN, IN_TIME),
    _row(_S.OPEN, _C.LET_GO, _S.OPEN, _by(BRANCH, COORDINATOR), _E.TIME_LET_GO),
    _row(_S.OPEN, _C.LAPSE, _S.OPEN, _by(SYSTEM), _E.TIME_LAPSED),
    _row(_S.OFFERED, _C.RECALL, _S.OPEN, _by(COORDINATOR), _E.RECALLED),
    _row(_S.OFFERED, _C.RETURN, _S.OPEN, _by(SYSTEM), _E.RETURNED),
    _row(_S.OFFERED, _C.FULFIL, _S.FULFILLED, _by(SYSTEM), _E.FULFILLED),
    _row(_S.OFFERED, _C.CANCEL, _S.CANCELLED, _by(BRANCH, SYSTEM), _E.CANCELLED),
    _row(_S.FULFILLED, _C.REOPEN, _S.OPEN, _by(SYSTEM), _E.REOPENED),
    # A branch that only takes part in the lecture of another one; else the lecture is cancelled.
    _row(_S.FULFILLED, _C.CANCEL, _S.CANCELLED, _by(BRANCH, SYSTEM), _E.CANCELLED),
    # Who has answered or cancelled a lecture may take that back for a minute.
    _row(_S.OPEN, _C.RESTORE, _S.OFFERED, _by(SYSTEM), _E.RESTORED),
    _row(_S.FULFILLED, _C.RESTORE, _S.OFFERED, _by(SYSTEM), _E.RESTORED),
    _row(_S.CANCELLED, _C.RESTORE, _S.FULFILLED, _by(SYSTEM), _E.RESTORED),
)

LIVE = frozenset({OrderState.OFFERED, OrderState.FULFILLED})
"""The states in which an order has a lecture."""

UNMET = frozenset({OrderState.REJECTED, OrderState.EXPIRED})
"""The states in which a need was not met."""

_TABLE = {(row.source, row.command): row for row in ORDER_TRANSITIONS}


def find_transition(state: OrderState, command: OrderCommand) -> OrderTransition | None:
    """The transition for a command in a state, or None."""
    return _TABLE.get((state, command))


def possible_commands(
    state: OrderState, parties: frozenset[Party], times: OrderTimes
) -> frozenset[OrderCommand]:
    """The commands that these parties can give now."""
    return frozenset(
        row.command
        for row in ORDER_TRANSITIONS
        if row.source is state and row.who & parties and row.guard.holds(times)
    )


def take_transition(
    state: OrderState,
    command: OrderCommand,
    parties: frozenset[Party],
    times: OrderTimes,
    reason: str,
) -> OrderTransition:
    """The permitted transition for a command in a state.

    Raises `OrderMovedOn` (409) when the state has no such command, `Forbidden` (403) when none of
    the parties may give it, the refusal of the guard (409), and `ReasonMissing` (422).
    """
    row = find_transition(state, command)
    if row is None:
        raise OrderMovedOn()
    if not row.who & parties:
        raise Forbidden()
    if not row.guard.holds(times):
        raise row.guard.refusal()
    if row.needs_reason and is_blank(reason):
        raise ReasonMissing()
    return row
