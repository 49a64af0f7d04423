"""Carry out one command on an order: lock, transition, history row and event. Its only writer.

The caller owns the transaction. Whoever also changes the lecture of the order locks the lecture
first (`locked_with_lecture`): answers of instructors come in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.errors import DomainError, Invalid, NotFound
from booking.lectures.engine import policy
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.orders import held_times
from booking.orders.engine.errors import OrderMovedOn
from booking.orders.engine.events import ORDER_OUTBOX_KINDS, OrderEvent
from booking.orders.engine.lifecycle import (
    OrderCommand,
    OrderEventKind,
    OrderState,
    OrderTimes,
    OrderTransition,
    take_transition,
)
from booking.orders.models import Order, OrderHistory
from booking.outbox import service as outbox
from booking.text import plain

SYSTEM = frozenset({Party.SYSTEM})
COORDINATOR = frozenset({Party.BRANCH_COORDINATOR})

_INCREMENT_COUNTER = text(
    "INSERT INTO order_counter (year, last) VALUES (:year, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = order_counter.last + 1 RETURNING last"
)


def next_number(session: Session, year: int) -> str:
    """The next order number of a year, without gaps: DD-2026-000123."""
    last = session.scalar(_INCREMENT_COUNTER, {"year": year})
    return f"DD-{year}-{last:06d}"


def locked_order(session: Session, number: str) -> Order:
    """The order with a lock on its row. Raises `NotFound`."""
    found = _locked(session, Order.number == number)
    if not found:
        raise NotFound()
    return found[0]


def locked_with_lecture(session: Session, number: str) -> Order:
    """The order, with locks on its live lecture and on its row, in this order.

    Raises `NotFound`; `OrderMovedOn` if it got another lecture in the meantime.
    """
    query = select(Order.lecture_id).where(Order.number == number)
    lecture_id = session.execute(query).scalar()
    if lecture_id is not None:
        session.execute(select(Lecture.id).where(Lecture.id == lecture_id).with_for_update())
    order = locked_order(session, number)
    if order.lecture_id != lecture_id:
        raise OrderMovedOn()
    return order


def locked_orders(session: Session, numbers: Sequence[str]) -> list[Order]:
    """Several orders with locks, in the order of their ids. Raises `NotFound` if one is missing."""
    found = _locked(session, Order.number.in_(numbers))
    if len(found) != len(set(numbers)):
        raise NotFound()
    return found


def order_of_lecture(session: Session, lecture_id: int) -> Order | None:
    """The order whose live lecture this is, with a lock."""
    return next(iter(_locked(session, Order.lecture_id == lecture_id)), None)


def guests_of(session: Session, order: Order) -> list[Order]:
    """The orders that take part in the lecture of this one, with locks."""
    return _locked(session, Order.merged_into_id == order.id)


def _locked(session: Session, condition: Any) -> list[Order]:
    query = select(Order).where(condition).order_by(Order.id).with_for_update(of=Order)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def change(
    session: Session,
    order: Order,
    command: OrderCommand,
    *,
    parties: frozenset[Party],
    user_id: int | None,
    now: datetime,
    reason: str = "",
    act: Callable[[], None] = lambda: None,
    **told: Any,
) -> OrderTransition:
    """Carry out a command on a locked order; `told` are further values of its event.

    A time that is held for an order which does not wait any more is freed, for the next in turn.

    `act` is called in the new state, before it is recorded; if it raises, the state stays. Raises
    what `lifecycle.take_transition` raises, and `Invalid` for a reason that is too long.
    """
    reason = checked_reason(reason)
    times = OrderTimes(now, order.expires_at)
    transition = take_transition(order.state, command, parties, times, reason)
    party = next(party for party in Party if party in transition.who & parties)
    source, order.state = order.state, transition.target
    try:
        act()
    except DomainError:
        order.state = source
        session.flush()
        raise
    order.changed_at = now
    session.flush()
    freed = held_times.release_if_over(session, order)
    record(
        session,
        order,
        transition.event,
        source=source,
        command=command,
        party=party,
        user_id=user_id,
        reason=reason,
        now=now,
        **told,
    )
    held_times.tell(session, freed, now=now)
    return transition


def checked_reason(reason: str) -> str:
    """The reason without control characters. Raises `Invalid`."""
    reason = plain(reason).strip()
    if len(reason) > policy.LONGEST_REASON:
        raise Invalid(policy.REASON_TOO_LONG, field="reason")
    return reason


def record(
    session: Session,
    order: Order,
    kind: OrderEventKind,
    *,
    source: OrderState | None,
    command: OrderCommand | None,
    party: Party,
    user_id: int | None,
    now: datetime,
    reason: str = "",
    **told: Any,
) -> None:
    """Add the history row and the outbox event, and flush."""
    session.add(
        OrderHistory(
            order_id=order.id,
            at=now,
            user_id=user_id,
            actor_name=_actor_name(user_id),
            party=party,
            command=command,
            source=source,
            target=order.state,
            reason=reason,
        )
    )
    event = replace(snapshot(order, kind, source=source, reason=reason), **told)
    outbox.record(session, ORDER_OUTBOX_KINDS[kind], event, now=now)
    session.flush()


def _actor_name(user_id: int | None) -> Any:
    """The user's name as a scalar subquery of the INSERT; empty for the system."""
    if user_id is None:
        return ""
    return select(User.name).where(User.id == user_id).scalar_subquery()


def snapshot(
    order: Order, kind: OrderEventKind, *, source: OrderState | None, reason: str
) -> OrderEvent:
    """The event for the current state of an order, with a copy of what mails tell."""
    lecture = order.shared_lecture
    return OrderEvent(
        kind=kind,
        at=order.changed_at,
        source=source,
        target=order.state,
        reason=reason,
        order_id=order.id,
        number=order.number,
        subject=order.subject,
        organisation_id=order.organisation_id,
        organisation=order.organisation.name,
        region_code=order.organisation.region_code,
        region=order.region.name,
        place=lecture.place if lecture is not None else order.place,
        expires_at=order.expires_at,
        guest=order.merged_into is not None,
        instructor=lecture.instructor.name if lecture is not None else "",
        title=lecture.title if lecture is not None else "",
        starts_at=lecture.starts_at if lecture is not None else None,
        ends_at=lecture.ends_at if lecture is not None else None,
    )
