"""Every state, command and party of the table of orders, and what the table promises."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from booking.errors import DomainError, Forbidden
from booking.lectures.engine.errors import ReasonMissing
from booking.lectures.engine.states import Party
from booking.orders.engine.errors import OrderMovedOn, WindowPassed, WindowStillOpen
from booking.orders.engine.lifecycle import (
    LIVE,
    ORDER_TRANSITIONS,
    UNMET,
    OrderCommand,
    OrderState,
    OrderTimes,
    OrderTransition,
    find_transition,
    possible_commands,
    take_transition,
)
from booking.orders.words import ORDER_DONE, ORDER_MARKS, ORDER_NEXT, ORDER_STATES
from tests.factories import NOW

BEFORE = OrderTimes(NOW, NOW + timedelta(seconds=1))
AFTER = OrderTimes(NOW, NOW)
S, C, P = OrderState, OrderCommand, Party

WHO = {
    # state: command: who, written down a second time
    S.OPEN: {
        C.DISPATCH: {P.BRANCH_COORDINATOR, P.SYSTEM},
        C.PUBLISH: {P.BRANCH_COORDINATOR},
        C.UNPUBLISH: {P.BRANCH_COORDINATOR},
        C.CLAIM: {P.INSTRUCTOR},
        C.UNCLAIM: {P.INSTRUCTOR},
        C.ACCEPT: {P.BRANCH_COORDINATOR},
        C.JOIN: {P.BRANCH_COORDINATOR},
        C.SEPARATE: {P.BRANCH_COORDINATOR, P.SYSTEM},
        C.FULFIL: {P.SYSTEM},
        C.REJECT: {P.BRANCH_COORDINATOR},
        C.CANCEL: {P.BRANCH, P.SYSTEM},
        C.EXPIRE: {P.SYSTEM},
        C.RESTORE: {P.SYSTEM},
        C.HOLD: {P.SYSTEM},
        C.TAKE: {P.BRANCH, P.BRANCH_COORDINATOR},
        C.LET_GO: {P.BRANCH, P.BRANCH_COORDINATOR},
        C.LAPSE: {P.SYSTEM},
    },
    S.OFFERED: {
        C.RECALL: {P.BRANCH_COORDINATOR},
        C.RETURN: {P.SYSTEM},
        C.FULFIL: {P.SYSTEM},
        C.CANCEL: {P.BRANCH, P.SYSTEM},
    },
    S.FULFILLED: {
        C.REOPEN: {P.SYSTEM},
        C.CANCEL: {P.BRANCH, P.SYSTEM},
        C.RESTORE: {P.SYSTEM},
    },
    S.CANCELLED: {C.RESTORE: {P.SYSTEM}},
}
ONLY_IN_TIME = {C.DISPATCH, C.PUBLISH, C.CLAIM, C.ACCEPT, C.JOIN, C.HOLD, C.TAKE}


def refusal(
    state: OrderState, command: OrderCommand, party: Party, times: OrderTimes, reason: str = "x"
) -> type[DomainError] | None:
    try:
        take_transition(state, command, frozenset({party}), times, reason)
    except DomainError as error:
        return type(error)
    return None


@pytest.mark.parametrize(("state", "command"), list(product(OrderState, OrderCommand)))
def test_who_may_do_what(state: OrderState, command: OrderCommand) -> None:
    times = AFTER if command is C.EXPIRE else BEFORE
    allowed = WHO.get(state, {}).get(command)
    for party in Party:
        expected = OrderMovedOn if allowed is None else None if party in allowed else Forbidden
        assert refusal(state, command, party, times) is expected
    shown = {one for one in Party if command in possible_commands(state, frozenset({one}), times)}
    assert shown == (allowed or set())


@pytest.mark.parametrize("row", ORDER_TRANSITIONS, ids=lambda row: f"{row.source}-{row.command}")
def test_guards_hold_to_the_second(row: OrderTransition) -> None:
    assert find_transition(row.source, row.command) is row
    party, command = min(row.who), row.command
    late = WindowPassed if command in ONLY_IN_TIME else None
    early = WindowStillOpen if command is C.EXPIRE else None
    assert refusal(row.source, command, party, AFTER) is late
    assert refusal(row.source, command, party, BEFORE) is early


def test_only_a_rejection_needs_a_reason() -> None:
    needing = {row.command for row in ORDER_TRANSITIONS if row.needs_reason}
    assert needing == {C.REJECT}
    assert refusal(S.OPEN, C.REJECT, P.BRANCH_COORDINATOR, BEFORE, " ") is ReasonMissing


def test_every_state_and_command_has_its_words() -> None:
    assert set(ORDER_STATES) == set(ORDER_MARKS) == set(ORDER_NEXT) == set(OrderState)
    assert set(ORDER_DONE) == {None, *OrderCommand}
    assert len(set(ORDER_MARKS.values())) == len(OrderState)


def test_unmet_orders_never_come_back() -> None:
    assert not [row for row in ORDER_TRANSITIONS if row.source in UNMET]
    assert not LIVE & UNMET
