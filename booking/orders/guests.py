"""Several orders with one lecture: that of the host; the branches of the others are guests.

A guest follows its host: offered, open again or fulfilled with it. Where the host ends without a
lecture, its guests are orders of their own again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from booking.accounts.engine.permissions import Subject
from booking.accounts.engine.roles import lineage
from booking.accounts.models import Organisation
from booking.lectures.listeners import taking_part
from booking.orders.changes import COORDINATOR, SYSTEM, change, guests_of, locked_orders
from booking.orders.engine.errors import AlreadyJoined, CannotJoin, OrderMovedOn
from booking.orders.engine.lifecycle import LIVE, OrderCommand, OrderState
from booking.orders.engine.windows import overlap
from booking.orders.models import Order

LONGEST_NOTE = 1000

_FOLLOWS = {
    (OrderState.OPEN, OrderState.OFFERED): OrderCommand.DISPATCH,
    (OrderState.OPEN, OrderState.FULFILLED): OrderCommand.FULFIL,
    (OrderState.OFFERED, OrderState.FULFILLED): OrderCommand.FULFIL,
    (OrderState.OFFERED, OrderState.OPEN): OrderCommand.RETURN,
    (OrderState.FULFILLED, OrderState.OPEN): OrderCommand.REOPEN,
    (OrderState.FULFILLED, OrderState.OFFERED): OrderCommand.RESTORE,
}
"""The command of a guest by its state and that of its host."""


def join(
    session: Session, *, host: str, numbers: Sequence[str], user_id: int | None, now: datetime
) -> Order:
    """Let the orders `numbers` take part in the lecture of `host`; all are open.

    Raises `AlreadyJoined` if one takes part elsewhere or has guests itself, and `CannotJoin` unless
    they lie in one city and have a time in common.
    """
    wanted = [number for number in dict.fromkeys(numbers) if number != host]
    if not wanted:
        raise CannotJoin()
    orders = {order.number: order for order in locked_orders(session, [host, *wanted])}
    first = orders.pop(host)
    if first.state is not OrderState.OPEN:
        raise OrderMovedOn()
    if first.merged_into_id is not None:
        raise AlreadyJoined()
    for guest in orders.values():
        _check(session, first, guest)

        def attach(guest: Order = guest) -> None:
            guest.merged_into = first
            guest.published_at = None

        change(
            session,
            guest,
            OrderCommand.JOIN,
            parties=COORDINATOR,
            user_id=user_id,
            now=now,
            act=attach,
        )
    return first


def _check(session: Session, host: Order, guest: Order) -> None:
    if guest.merged_into_id is not None or guests_of(session, guest):
        raise AlreadyJoined()
    same_city = lineage(host.region_code)[:2][-1] == lineage(guest.region_code)[:2][-1]
    theirs = [window.value() for window in guest.windows]
    if not same_city or not overlap((window.value() for window in host.windows), theirs):
        raise CannotJoin()


def separate(session: Session, *, number: str, user_id: int | None, now: datetime) -> Order:
    """Let an open order no longer take part in the lecture of another one."""
    order = locked_orders(session, [number])[0]
    if order.merged_into_id is None:
        raise OrderMovedOn()
    _separate(session, order, user_id=user_id, now=now, by_coordinator=True)
    return order


def _separate(
    session: Session, order: Order, *, user_id: int | None, now: datetime, by_coordinator: bool
) -> None:
    def detach() -> None:
        order.merged_into = None

    change(
        session,
        order,
        OrderCommand.SEPARATE,
        parties=COORDINATOR if by_coordinator else SYSTEM,
        user_id=user_id,
        now=now,
        act=detach,
    )


def follow(session: Session, host: Order, *, now: datetime) -> None:
    """Bring the guests of an order into its state, or separate them where it has ended."""
    for guest in guests_of(session, host):
        over = host.state not in LIVE and host.state is not OrderState.OPEN
        target = OrderState.OPEN if over else host.state
        command = _FOLLOWS.get((guest.state, target))
        if command is OrderCommand.DISPATCH and guest.expires_at <= now:
            command = None
        if command is not None:
            change(session, guest, command, parties=SYSTEM, user_id=None, now=now)
        if guest.state is OrderState.OPEN and (over or target is not OrderState.OPEN):
            _separate(session, guest, user_id=None, now=now, by_coordinator=False)


def subscribe() -> None:
    """Let the branches of guests read of the lecture in which they take part."""
    taking_part.connect(_owners)


def _owners(session: Session, *, lecture_id: int, **_more: object) -> list[Subject]:
    host = aliased(Order)
    query = (
        select(Order.organisation_id, Organisation.region_code)
        .join(host, host.id == Order.merged_into_id)
        .join(Organisation, Organisation.id == Order.organisation_id)
        .where(host.lecture_id == lecture_id, Order.state.in_(LIVE))
    )
    return [Subject(row[0], None, frozenset({row[1]})) for row in session.execute(query)]


def units_of(session: Session, order: Order) -> list[Order]:
    """The guests of an order, with locks: its lecture is for them, too."""
    return guests_of(session, order)


def attendees(order: Order, units: Sequence[Order]) -> int | None:
    """How many listen in all; None if no branch has said a number."""
    told = [one.attendees for one in (order, *units) if one.attendees is not None]
    return sum(told) if told else None


def note(order: Order, units: Sequence[Order]) -> str:
    """What the instructor should know: remarks, equipment, and whose listeners come as well."""
    lines = [order.remarks, order.equipment]
    if units:
        lines.append("、".join(one.organisation.name for one in units))
    return "\n".join(line for line in lines if line)[:LONGEST_NOTE]
