"""The waiting list: open orders that name their instructor are told first of a free time.

In the transaction that frees a time it is held for the oldest order whose windows have it. The
branch takes it, which sends an ordinary request, or lets it go; after a day without an answer the
next is told. Where hours open, or days come within reach, the worker's rounds find it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import i18n
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Instructor
from booking.lectures.engine.states import Party
from booking.orders import held_times
from booking.orders.changes import SYSTEM, change, locked_order
from booking.orders.engine.errors import NotHeld
from booking.orders.engine.lifecycle import OrderCommand
from booking.orders.held_times import Freed
from booking.orders.models import OfferState, Order, OrderOffer
from booking.orders.offers import service as offers
from booking.orders.offers.candidates import chosen_format
from booking.orders.waiting_list.queries import Found, first_times, locked, near

MOST_HELD = 3
"""Times of one instructor that are held in one transaction."""


def subscribe() -> None:
    """Let the next have a time that is held no longer."""
    held_times.time_freed.connect(_freed)


def _freed(session: Session, *, freed: Freed, now: datetime, **_more: Any) -> None:
    serve(session, freed, now=now, zone=i18n.zone())


def serve(session: Session, freed: Freed, *, now: datetime, zone: ZoneInfo) -> int:
    """Hold free times near a freed one for the orders that wait, the oldest first.

    Returns how many are held. Locks the instructor if anybody waits. An order that another
    transaction is changing is passed over: it is being met, served or ended just now.
    """
    query = near(freed, now)
    if not session.scalars(query.limit(1)).all():
        return 0
    lock = select(Instructor.id).where(Instructor.id == freed.instructor_id).with_for_update()
    session.execute(lock)
    orders = locked(session, session.scalars(query).all())
    held = 0
    while held < MOST_HELD:
        # Anew after each: what is held closes time to those who follow.
        found = next(first_times(session, orders, now=now, zone=zone), None)
        if found is None:
            break
        _hold(session, found, now=now)
        orders = [order for order in orders if order is not found.order]
        held += 1
    return held


def _hold(session: Session, found: Found, *, now: datetime) -> None:
    order, topic = found.order, found.topic

    def hold() -> None:
        held_times.hold(
            session,
            order,
            topic_id=topic.id,
            slot=found.slot,
            online=chosen_format(order, topic) is Format.ONLINE,
            until=found.until,
            now=now,
        )

    change(
        session,
        order,
        OrderCommand.HOLD,
        parties=SYSTEM,
        user_id=None,
        now=now,
        act=hold,
        instructor=order.instructor.name if order.instructor is not None else "",
        title=topic.title,
        starts_at=found.slot[0],
        ends_at=found.slot[1],
        expires_at=found.until,
    )


def take(
    session: Session,
    *,
    number: str,
    parties: frozenset[Party],
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> Order:
    """The branch wants the held time: the instructor is asked, by an ordinary request.

    Raises `NotHeld` if it is held no longer, and what a request raises; then it stays held.
    """
    order = locked_order(session, number)
    offer = _decided(session, order, now)
    offers.lock_people(session, order, [offer.instructor_id])
    held_times.free(session, offer, OfferState.WAITING)
    offers.ask(
        session,
        order,
        offer,
        frozenset({Party.BRANCH}) if Party.BRANCH in parties else parties,
        command=OrderCommand.TAKE,
        user_id=user_id,
        now=now,
        zone=zone,
    )
    return order


def _decided(session: Session, order: Order, now: datetime) -> OrderOffer:
    """The offer on which the branch can decide now."""
    offer = held_times.held_offer(session, order.id)
    if offer is None or offer.held_until is None or offer.held_until <= now:
        raise NotHeld()
    return offer


def let_go(
    session: Session,
    *,
    number: str,
    parties: frozenset[Party],
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> Order:
    """The branch does not want the held time, and stays in the list; the next is told.

    Raises `NotHeld`.
    """
    order = locked_order(session, number)
    offer = _decided(session, order, now)
    change(
        session,
        order,
        OrderCommand.LET_GO,
        parties=parties,
        user_id=user_id,
        now=now,
        act=lambda: _end(session, offer, OfferState.LET_GO),
    )
    serve(session, _span(offer), now=now, zone=zone)
    return order


def _end(session: Session, offer: OrderOffer, outcome: OfferState) -> None:
    held_times.free(session, offer, outcome)


def _span(offer: OrderOffer) -> Freed:
    return Freed(offer.instructor_id, (offer.starts_at, offer.ends_at or offer.starts_at))


def lapse(session: Session, number: str, *, now: datetime, zone: ZoneInfo) -> bool:
    """Nobody has decided in time: the next in the list is told."""
    order = locked_order(session, number)
    offer = held_times.held_offer(session, order.id)
    if offer is None or offer.held_until is None or offer.held_until > now:
        return False
    change(
        session,
        order,
        OrderCommand.LAPSE,
        parties=SYSTEM,
        user_id=None,
        now=now,
        act=lambda: _end(session, offer, OfferState.LAPSED),
    )
    serve(session, _span(offer), now=now, zone=zone)
    return True
