"""Times that are held for the waiting list: an offer that waits for the branch, and its hold.

Rows only: `waiting_list` decides who gets a time. Only an open order that stands by itself has one.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from blinker import Signal
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.availability.engine.intervals import Interval
from booking.lectures.models import Hold
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import OfferState, Order, OrderOffer

time_freed = Signal("time_freed")
"""Signal sent with `session`, `freed` and `now` when a held time is free again."""


class Freed(NamedTuple):
    """A time of an instructor that is free again."""

    instructor_id: int
    slot: Interval


def held_offer(session: Session, order_id: int) -> OrderOffer | None:
    """The offer of the time that is held for an order."""
    query = select(OrderOffer).where(
        OrderOffer.order_id == order_id, OrderOffer.state == OfferState.HELD
    )
    return session.scalars(query).one_or_none()


def hold(
    session: Session,
    order: Order,
    *,
    topic_id: int,
    slot: Interval,
    online: bool,
    until: datetime,
    now: datetime,
) -> OrderOffer:
    """Hold a time of the named instructor for an order.

    `ex_hold_no_overlap` and `uq_order_offer_held` may refuse it.
    """
    kept = Hold(
        instructor_id=order.instructor_id,
        starts_at=slot[0],
        ends_at=slot[1],
        region_code=None if online else order.region_code,
        place=order.place,
        organisation_id=order.organisation_id,
    )
    session.add(kept)
    session.flush()
    offer = OrderOffer(
        order_id=order.id,
        instructor_id=order.instructor_id,
        topic_id=topic_id,
        starts_at=slot[0],
        ends_at=slot[1],
        state=OfferState.HELD,
        at=now,
        hold_id=kept.id,
        held_until=until,
    )
    session.add(offer)
    session.flush()
    session.expire(order, ["offers"])
    return offer


def free(session: Session, offer: OrderOffer, outcome: OfferState) -> Freed:
    """End the hold of an offer, with its outcome."""
    hold_id, offer.hold_id, offer.state = offer.hold_id, None, outcome
    session.flush()
    session.execute(delete(Hold).where(Hold.id == hold_id))
    return Freed(offer.instructor_id, (offer.starts_at, offer.ends_at or offer.starts_at))


def release(session: Session, order: Order) -> Freed | None:
    """Free the time that is held for an order, if there is one: it is met or ends otherwise."""
    offer = held_offer(session, order.id) if order.instructor_id is not None else None
    return None if offer is None else free(session, offer, OfferState.DROPPED)


def release_if_over(session: Session, order: Order) -> Freed | None:
    """Free the time that is held for an order which does not wait any more."""
    waits = order.state is OrderState.OPEN and order.merged_into is None
    return None if waits else release(session, order)


def tell(session: Session, freed: Freed | None, *, now: datetime) -> None:
    """Let the next in the waiting list have a time that is free again."""
    if freed is not None:
        time_freed.send(session, freed=freed, now=now)
