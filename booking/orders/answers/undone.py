"""Answers and cancellations that are taken back within a minute: the order goes back with them.

Where the order has gone on in the meantime, the undo is refused (`AnsweredElsewhere`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.orders import guests, service
from booking.orders.changes import SYSTEM, change, locked_order, order_of_lecture
from booking.orders.engine.errors import AnsweredElsewhere
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.models import OfferState, Order, OrderOffer

_ASKING = (State.SUBMITTED, State.RETURNED, State.REQUESTED)

_BACK = {
    (OrderState.OPEN, State.REQUESTED): OrderCommand.RESTORE,
    (OrderState.FULFILLED, State.REQUESTED): OrderCommand.RESTORE,
    (OrderState.OPEN, State.CONFIRMED): OrderCommand.FULFIL,
    (OrderState.CANCELLED, State.CONFIRMED): OrderCommand.RESTORE,
}
"""The command that brings an order back, by its state and that of its lecture."""


def restore(session: Session, lecture: Lecture, event: LectureEvent, *, now: datetime) -> None:
    """Bring the order of a lecture back to what it was before the answer that was undone."""
    # A request that waits is the same to its order, whoever must answer it.
    state = State.REQUESTED if event.state in _ASKING else event.state
    if state not in (State.REQUESTED, State.CONFIRMED):
        return
    order = order_of_lecture(session, lecture.id)
    if order is None:
        order = _earlier_order(session, lecture.id)
        _end_replacement(session, lecture.id, now)
    if order is None or (order.lecture_id == lecture.id and state is State.CONFIRMED):
        return
    if order.lecture_id == lecture.id and order.state is OrderState.OFFERED:
        return
    command = _BACK.get((order.state, state))
    if command is None or order.lecture_id not in (None, lecture.id):
        raise AnsweredElsewhere()

    def attach() -> None:
        order.lecture = lecture
        offer = _offer(session, lecture.id)
        if offer is not None:
            requested = state is State.REQUESTED
            offer.state = OfferState.ASKED if requested else OfferState.ACCEPTED

    change(session, order, command, parties=SYSTEM, user_id=None, now=now, act=attach)
    guests.follow(session, order, now=now)


def _offer(session: Session, lecture_id: int) -> OrderOffer | None:
    return session.scalars(
        select(OrderOffer).where(OrderOffer.lecture_id == lecture_id)
    ).one_or_none()


def _earlier_order(session: Session, lecture_id: int) -> Order | None:
    """The order of which the lecture was an offer, with a lock."""
    offer = _offer(session, lecture_id)
    if offer is None:
        return None
    query = select(Order.number).where(Order.id == offer.order_id)
    return locked_order(session, session.scalars(query).one())


def _end_replacement(session: Session, lecture_id: int, now: datetime) -> None:
    """End the order that the cancellation of a directly booked lecture has opened."""
    query = select(Order.number).where(Order.cancelled_lecture_id == lecture_id)
    number = session.scalars(query).one_or_none()
    order = locked_order(session, number) if number is not None else None
    if order is None or order.state is OrderState.CANCELLED:
        return
    if order.state is not OrderState.OPEN:
        raise AnsweredElsewhere()
    service.end_with_lecture(session, order, now=now, reason="")
    order.cancelled_lecture_id = None
    session.flush()
