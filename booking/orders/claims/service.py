"""Claims of instructors on published orders (抢单); a coordinator accepts one of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.lectures import booking_requests
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Party
from booking.orders import guests, held_times
from booking.orders.changes import COORDINATOR, change, locked_order
from booking.orders.engine.errors import AlreadyJoined, ClaimGone, NotPublished
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.models import ClaimState, Order, OrderClaim
from booking.orders.offers import lecture_requests
from booking.orders.offers import service as offers
from booking.orders.offers.candidates import chosen_format, slot_request

INSTRUCTOR = frozenset({Party.INSTRUCTOR})


def claim(
    session: Session,
    *,
    number: str,
    ask: offers.Ask,
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> OrderClaim:
    """Claim a published order at a bookable time within its windows; replaces an earlier claim.

    Nothing is held: that happens when a coordinator accepts. Raises `NotPublished`,
    `OutsideWindows`, and `NotBookable` with the nearest slots.
    """
    order = locked_order(session, number)
    if order.state is OrderState.OPEN and order.published_at is None:
        raise NotPublished()
    topic = lecture_requests.topic_of(session, ask.topic_id, ask.instructor_id)
    _check_time(session, order, ask, now=now, zone=zone)
    query = select(OrderClaim).where(
        OrderClaim.order_id == order.id, OrderClaim.instructor_id == ask.instructor_id
    )
    found = session.scalars(query).one_or_none()
    first = not any(one.state is ClaimState.WAITING for one in order.claims)
    if found is None:
        found = OrderClaim(order_id=order.id, instructor_id=ask.instructor_id)
        session.add(found)
    made = found
    made.topic_id, made.starts_at = topic.id, ask.starts_at
    made.at, made.state = now, ClaimState.WAITING
    change(
        session,
        order,
        OrderCommand.CLAIM,
        parties=INSTRUCTOR,
        user_id=user_id,
        now=now,
        first=first,
    )
    return made


def _check_time(
    session: Session, order: Order, ask: offers.Ask, *, now: datetime, zone: ZoneInfo
) -> None:
    topic = lecture_requests.topic_of(session, ask.topic_id, ask.instructor_id)
    lecture_requests.check_windows(order, topic, ask.starts_at, now=now)
    asked = BookingRequest(
        instructor_id=ask.instructor_id,
        topic_id=topic.id,
        organisation_id=order.organisation_id,
        starts_at=ask.starts_at,
        region_code=order.region_code,
        place=order.place,
        format=chosen_format(order, topic),
    )
    known = booking_requests.hours_around(session, asked, now=now, zone=zone)
    booking_requests.check_slot(
        session, asked, slot_request(order, topic), known, now=now, zone=zone
    )


def withdraw(
    session: Session, *, number: str, instructor_id: int, user_id: int | None, now: datetime
) -> None:
    """Take a claim back before it is decided. Raises `ClaimGone`."""
    order = locked_order(session, number)
    found = _waiting(session, order, OrderClaim.instructor_id == instructor_id)
    found.state = ClaimState.WITHDRAWN
    change(session, order, OrderCommand.UNCLAIM, parties=INSTRUCTOR, user_id=user_id, now=now)


def accept(
    session: Session,
    *,
    number: str,
    claim_id: int,
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> Order:
    """Accept one claim: the lecture is confirmed at its time, and the other claims are not.

    The time is held now, by the ordinary service, which may refuse it as taken (`NotBookable`).
    """
    order = locked_order(session, number)
    if order.merged_into_id is not None:
        raise AlreadyJoined()
    found = _waiting(session, order, OrderClaim.id == claim_id)
    offers.lock_people(session, order, [found.instructor_id])
    freed = held_times.release(session, order)

    def request() -> None:
        session.flush()
        topic = lecture_requests.topic_of(session, found.topic_id, found.instructor_id)
        order.lecture = lecture_requests.request_lecture(
            session,
            order,
            topic,
            found.starts_at,
            user_id=user_id,
            now=now,
            zone=zone,
            confirmed=True,
        )

    others = [one for one in order.claims if one is not found and one.state is ClaimState.WAITING]
    change(
        session,
        order,
        OrderCommand.ACCEPT,
        parties=COORDINATOR,
        user_id=user_id,
        now=now,
        act=request,
        instructor_ids=tuple(one.instructor_id for one in others),
    )
    found.state = ClaimState.ACCEPTED
    for one in others:
        one.state = ClaimState.NOT_ACCEPTED
    order.published_at = None
    offers.drop_queue(session, order)
    guests.follow(session, order, now=now)
    held_times.tell(session, freed, now=now)
    return order


def _waiting(session: Session, order: Order, condition: object) -> OrderClaim:
    query = select(OrderClaim).where(
        OrderClaim.order_id == order.id,
        OrderClaim.state == ClaimState.WAITING,
        condition,  # type: ignore[arg-type]
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise ClaimGone()
    return found
