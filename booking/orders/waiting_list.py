"""The waiting list: open orders that name their instructor get a time as soon as one is free.

The time is requested for the branch in the transaction that frees it, so that nobody comes before;
where hours open, or days come within reach, the worker's next round finds it.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from booking.errors import DomainError
from booking.orders.changes import SYSTEM, locked_order
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import OfferState, Order, OrderOffer
from booking.orders.offers import service as offers
from booking.orders.offers.candidates import best_topic, free_times

_WAITS = (
    Order.state == OrderState.OPEN,
    Order.instructor_id.is_not(None),
    Order.merged_into_id.is_(None),
)


def serve(session: Session, instructor_id: int, *, now: datetime, zone: ZoneInfo) -> int:
    """Give the free times of an instructor to the orders that wait for them, the oldest first."""
    query = select(Order.number).where(*_WAITS, Order.instructor_id == instructor_id)
    numbers = session.scalars(query.where(Order.expires_at > now).order_by(Order.id)).all()
    return sum(serve_one(session, number, now=now, zone=zone) for number in numbers)


def due(session: Session, *, now: datetime, zone: ZoneInfo, limit: int = 100) -> list[str]:
    """Numbers of the orders whose instructor has a free time now, the oldest first. Reads only.

    `limit` counts these: orders without a free time never keep younger ones waiting.
    """
    query = select(Order).where(*_WAITS, Order.expires_at > now).order_by(Order.id)
    orders = session.scalars(query.options(selectinload(Order.offers))).all()
    found = (order.number for order in orders if _first_time(session, order, now, zone))
    return list(islice(found, limit))


def serve_one(session: Session, number: str, *, now: datetime, zone: ZoneInfo) -> bool:
    """Request the first free time within the windows, if there is one."""
    order = locked_order(session, number)
    ask = _first_time(session, order, now, zone) if order.state is OrderState.OPEN else None
    if ask is None:
        return False
    offers.lock_people(session, order, [ask.instructor_id])
    offer = OrderOffer(
        order_id=order.id,
        instructor_id=ask.instructor_id,
        topic_id=ask.topic_id,
        starts_at=ask.starts_at,
        state=OfferState.WAITING,
        at=now,
    )
    session.add(offer)
    session.flush()
    try:
        offers.ask(session, order, offer, SYSTEM, user_id=None, now=now, zone=zone)
    except DomainError:
        offer.state = OfferState.IMPOSSIBLE
        session.flush()
        return False
    return True


def _first_time(session: Session, order: Order, now: datetime, zone: ZoneInfo) -> offers.Ask | None:
    """The first free time of the named instructor within the windows."""
    if order.instructor_id is None or _has_refused(order):
        return None
    topic = best_topic(session, order, order.instructor_id)
    if topic is None:
        return None
    times = free_times(session, order, topic, now=now, zone=zone).within
    return offers.Ask(topic.instructor_id, topic.id, times[0][0]) if times else None


def _has_refused(order: Order) -> bool:
    """Whether the instructor has declined: then the order waits for a coordinator."""
    return any(
        offer.instructor_id == order.instructor_id
        and offer.state in (OfferState.DECLINED, OfferState.EXPIRED, OfferState.RECALLED)
        for offer in order.offers
    )
