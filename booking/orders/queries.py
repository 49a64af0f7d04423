"""Read queries: one order, and the orders of branches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from booking.accounts.engine.permissions import Subject, books
from booking.accounts.engine.roles import Actor
from booking.errors import NotFound
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.orders.engine.lifecycle import LIVE, OrderState
from booking.orders.models import OfferState, Order, OrderClaim, OrderOffer

LIST_LENGTH = 100
FEW = 20


def subject(order: Order) -> Subject:
    """The owners of an order, for permission checks: the branch, and its region."""
    return Subject(
        organisation_id=order.organisation_id,
        region_codes=frozenset({order.organisation.region_code}),
    )


def parties(who: Actor, order: Order) -> frozenset[Party]:
    """The capacities in which an actor may act on an order, but for claims."""
    table = {
        Party.BRANCH: books(who, subject(order)),
        Party.BRANCH_COORDINATOR: who.coordinates(order.organisation.region_code),
    }
    return frozenset(party for party, holds in table.items() if holds)


def by_number(session: Session, number: str) -> Order:
    """The order with all that its page shows. Raises `NotFound`."""
    query = select(Order).where(Order.number == number).options(*_whole())
    order = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if order is None:
        raise NotFound()
    return order


def _whole() -> Sequence[ORMOption]:
    lecture = joinedload(Order.lecture).joinedload(Lecture.instructor)
    host = joinedload(Order.merged_into).joinedload(Order.lecture).joinedload(Lecture.instructor)
    return (
        joinedload(Order.organisation),
        joinedload(Order.region),
        joinedload(Order.topic),
        joinedload(Order.field),
        joinedload(Order.instructor),
        lecture,
        host,
        selectinload(Order.windows),
        selectinload(Order.guests).joinedload(Order.organisation),
        selectinload(Order.offers).joinedload(OrderOffer.instructor),
        selectinload(Order.claims).joinedload(OrderClaim.instructor),
        selectinload(Order.claims).joinedload(OrderClaim.topic),
        selectinload(Order.history),
    )


def lines() -> Sequence[ORMOption]:
    """What a line of a list shows of an order."""
    return (
        joinedload(Order.organisation),
        joinedload(Order.region),
        joinedload(Order.topic),
        joinedload(Order.field),
        joinedload(Order.lecture).joinedload(Lecture.instructor),
        joinedload(Order.merged_into).joinedload(Order.lecture).joinedload(Lecture.instructor),
        selectinload(Order.windows),
    )


class Own(NamedTuple):
    """The orders of branches: those that go on, and those that are over."""

    going: Sequence[Order]
    over: Sequence[Order]


def of_organisations(session: Session, organisation_ids: Collection[int], *, now: datetime) -> Own:
    """The orders of organisations, the newest first.

    Fulfilled ones go on until their lecture ends.
    """
    query = (
        select(Order)
        .where(Order.organisation_id.in_(organisation_ids))
        .options(*lines())
        .order_by(Order.id.desc())
        .limit(LIST_LENGTH)
    )
    orders = session.scalars(query).all()
    going = [order for order in orders if _goes_on(order, now)]
    return Own(going, [order for order in orders if order not in going][:FEW])


def _goes_on(order: Order, now: datetime) -> bool:
    lecture = order.shared_lecture
    if order.state in LIVE:
        return lecture is None or lecture.ends_at > now
    return order.state is OrderState.OPEN


def earlier(session: Session, organisation_ids: Collection[int], number: str) -> Order | None:
    """The order with this number, if it is of one of these organisations."""
    query = select(Order).where(Order.number == number, Order.organisation_id.in_(organisation_ids))
    return session.scalars(query).one_or_none()


def held_for(
    session: Session, organisation_ids: Collection[int], *, now: datetime
) -> Sequence[OrderOffer]:
    """The times that are held for orders of these branches, the first to lapse first."""
    query = (
        select(OrderOffer)
        .join(Order, Order.id == OrderOffer.order_id)
        .where(
            Order.organisation_id.in_(organisation_ids),
            OrderOffer.state == OfferState.HELD,
            OrderOffer.held_until > now,
        )
        .options(
            joinedload(OrderOffer.instructor),
            joinedload(OrderOffer.order).joinedload(Order.topic),
            joinedload(OrderOffer.order).joinedload(Order.field),
        )
        .order_by(OrderOffer.held_until, OrderOffer.id)
        .limit(LIST_LENGTH)
    )
    return session.scalars(query).all()


def held_time(order: Order, *, now: datetime) -> OrderOffer | None:
    """The time that is held for an order, of its loaded offers, until it lapses."""
    return next(
        (
            offer
            for offer in order.offers
            if offer.state is OfferState.HELD and offer.held_until and offer.held_until > now
        ),
        None,
    )


def number_of_lecture(session: Session, lecture_id: int) -> str | None:
    """The number of the order that a lecture was dispatched for or that its cancellation opened."""
    asked = select(OrderOffer.order_id).where(OrderOffer.lecture_id == lecture_id)
    query = select(Order.number).where(
        or_(
            Order.lecture_id == lecture_id,
            Order.cancelled_lecture_id == lecture_id,
            Order.id.in_(asked),
        )
    )
    return session.scalars(query.order_by(Order.id.desc()).limit(1)).first()


def is_dispatched(session: Session, lecture_id: int) -> bool:
    """Whether the lecture was requested for an order that waits for no certain instructor."""
    query = (
        select(OrderOffer.id)
        .join(Order, Order.id == OrderOffer.order_id)
        .where(OrderOffer.lecture_id == lecture_id, Order.instructor_id.is_(None))
    )
    return session.scalars(query.limit(1)).first() is not None
