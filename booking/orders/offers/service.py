"""Offers of an order: ask one instructor after the other, and follow what becomes of it.

An offer is an ordinary booking request. Its answer arrives by the signal of lectures, in the
transaction of the answer: a refusal asks the next in the queue, or opens the order again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.errors import DomainError
from booking.instructors.models import Instructor, Topic
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.orders import guests, held_times
from booking.orders.changes import COORDINATOR, SYSTEM, change, locked_order, locked_with_lecture
from booking.orders.engine.errors import AlreadyJoined, NothingChosen
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.models import OfferState, Order, OrderOffer
from booking.orders.offers.candidates import free_times
from booking.orders.offers.lecture_requests import (
    check_windows,
    request_lecture,
    topic_of,
    withdraw_lecture,
)


class Ask(NamedTuple):
    """Whom to ask for which lecture."""

    instructor_id: int
    topic_id: int
    starts_at: datetime


def dispatch(
    session: Session,
    *,
    number: str,
    asks: Sequence[Ask],
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> Order:
    """Ask the first instructor now, and the others in turn if those before decline.

    Raises `NotBookable` if the time of the first cannot be booked, `OutsideWindows`, and what the
    transition refuses.
    """
    if not asks:
        raise NothingChosen()
    order = locked_order(session, number)
    if order.merged_into_id is not None:
        raise AlreadyJoined()
    for one in asks:
        topic_of(session, one.topic_id, one.instructor_id)
    lock_people(session, order, [one.instructor_id for one in asks])
    # Before the request: it may be for just this time.
    freed = held_times.release(session, order)
    drop_queue(session, order)
    offers = [
        OrderOffer(
            order_id=order.id,
            instructor_id=ask.instructor_id,
            topic_id=ask.topic_id,
            starts_at=ask.starts_at,
            state=OfferState.WAITING,
            dispatched_by=user_id,
            at=now,
        )
        for ask in asks
    ]
    session.add_all(offers)
    session.flush()
    ask(session, order, offers[0], COORDINATOR, user_id=user_id, now=now, zone=zone)
    held_times.tell(session, freed, now=now)
    return order


def lock_people(session: Session, order: Order, instructor_ids: Collection[int]) -> None:
    """Lock the branch, then the instructors by id, as bookings do: before offers name them.

    A row that names an instructor takes a weaker lock, and two of these would wait for each other.
    So does whose time is held for the order, which may be freed for somebody else.
    """
    branch = select(Organisation.id).where(Organisation.id == order.organisation_id)
    session.execute(branch.with_for_update(key_share=True))
    concerned = {*instructor_ids, *([order.instructor_id] if order.instructor_id else [])}
    people = select(Instructor.id).where(Instructor.id.in_(concerned))
    session.execute(people.order_by(Instructor.id).with_for_update())


def ask(
    session: Session,
    order: Order,
    offer: OrderOffer,
    parties: frozenset[Party],
    *,
    command: OrderCommand = OrderCommand.DISPATCH,
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Request the lecture of an offer, which makes the order offered.

    What the branch itself requests is reviewed where requests are.
    """
    by = Party.BRANCH if parties == {Party.BRANCH} else Party.BRANCH_COORDINATOR

    def request() -> None:
        session.flush()  # An offered order counts as its request, not as an open order beside it.
        topic = topic_of(session, offer.topic_id, offer.instructor_id)
        check_windows(order, topic, offer.starts_at, now=now)
        lecture = request_lecture(
            session, order, topic, offer.starts_at, by=by, user_id=user_id, now=now, zone=zone
        )
        offer.lecture_id = lecture.id
        offer.state, offer.at = OfferState.ASKED, now
        order.lecture = lecture

    change(
        session,
        order,
        command,
        parties=parties,
        user_id=user_id,
        now=now,
        act=request,
    )
    guests.follow(session, order, now=now)


def recall(
    session: Session, *, number: str, user_id: int | None, now: datetime, reason: str = ""
) -> Order:
    """Take the offer back: the request is withdrawn, the order is open again."""
    order = locked_with_lecture(session, number)
    if order.merged_into_id is not None:
        raise AlreadyJoined()
    lecture = order.lecture
    change(
        session,
        order,
        OrderCommand.RECALL,
        parties=COORDINATOR,
        user_id=user_id,
        now=now,
        reason=reason,
        act=lambda: _let_go(session, order, OfferState.RECALLED),
    )
    drop_queue(session, order)
    guests.follow(session, order, now=now)
    withdraw_lecture(session, lecture, COORDINATOR, user_id=user_id, now=now)
    return order


def _let_go(session: Session, order: Order, outcome: OfferState) -> None:
    """The order has no live lecture any more; its offer has an outcome."""
    asked = OrderOffer.lecture_id == order.lecture_id
    order.lecture = None
    session.flush()
    session.execute(update(OrderOffer).where(asked).values(state=outcome))


def let_go(session: Session, order: Order, outcome: OfferState) -> Lecture | None:
    """Take the live lecture from an order, with the outcome of its offer; returns it."""
    lecture = order.lecture
    _let_go(session, order, outcome)
    return lecture


def drop_queue(session: Session, order: Order) -> None:
    """Nobody else of the queue is asked."""
    waiting = (OrderOffer.order_id == order.id) & (OrderOffer.state == OfferState.WAITING)
    session.execute(update(OrderOffer).where(waiting).values(state=OfferState.DROPPED))


def came_to_nothing(
    session: Session,
    order: Order,
    outcome: OfferState,
    *,
    now: datetime,
    zone: ZoneInfo,
    reason: str = "",
    goes_on: bool = True,
    freed: int | None = None,
) -> None:
    """The offer was declined, expired or withdrawn: the order is open, and the next is asked.

    The instructor `freed`, whose time is free again, is locked with those who are in turn.
    """
    if goes_on:
        _lock_queue(session, order, freed)
    if not goes_on:
        drop_queue(session, order)
    following = _next_possible(session, order, now=now, zone=zone) if goes_on else None
    change(
        session,
        order,
        OrderCommand.RETURN,
        parties=SYSTEM,
        user_id=None,
        now=now,
        reason=reason,
        act=lambda: _let_go(session, order, outcome),
        next=following is not None,
    )
    guests.follow(session, order, now=now)
    while following is not None:
        try:
            ask(session, order, following, SYSTEM, user_id=None, now=now, zone=zone)
            return
        except DomainError:
            following.state = OfferState.IMPOSSIBLE
            session.flush()
            following = _next_possible(session, order, now=now, zone=zone)


def _lock_queue(session: Session, order: Order, freed: int | None) -> None:
    waiting = select(OrderOffer.instructor_id).where(
        OrderOffer.order_id == order.id, OrderOffer.state == OfferState.WAITING
    )
    ids = session.scalars(waiting).all()
    if ids:
        lock_people(session, order, [*ids, *([freed] if freed is not None else [])])


def _next_possible(
    session: Session, order: Order, *, now: datetime, zone: ZoneInfo
) -> OrderOffer | None:
    """The next of the queue with a free time: the chosen one, or the nearest in the windows."""
    if order.expires_at <= now:
        return None
    query = (
        select(OrderOffer)
        .where(OrderOffer.order_id == order.id, OrderOffer.state == OfferState.WAITING)
        .order_by(OrderOffer.id)
    )
    for offer in session.scalars(query).all():
        topic = session.get(Topic, offer.topic_id) if offer.topic_id is not None else None
        times = free_times(session, order, topic, now=now, zone=zone) if topic is not None else None
        starts = [slot[0] for slot in (*times.within, *times.beside)] if times is not None else []
        if starts:
            wanted = offer.starts_at
            offer.starts_at = min(starts, key=lambda start: abs(start - wanted))
            session.flush()
            return offer
        offer.state = OfferState.IMPOSSIBLE
    session.flush()
    return None


def was_accepted(session: Session, order: Order, *, now: datetime) -> None:
    """The instructor has accepted: the order is fulfilled, nobody else is asked."""
    if order.state is not OrderState.OFFERED:
        return
    asked = OrderOffer.lecture_id == order.lecture_id
    session.execute(update(OrderOffer).where(asked).values(state=OfferState.ACCEPTED))
    drop_queue(session, order)
    order.published_at = None
    change(session, order, OrderCommand.FULFIL, parties=SYSTEM, user_id=None, now=now)
    guests.follow(session, order, now=now)
