"""Read queries: one order, the orders of branches, and those that instructors may claim."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from booking.accounts.engine.permissions import Subject, books
from booking.accounts.engine.roles import Actor, within
from booking.errors import NotFound
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Field, InstructorField, ServedRegion, Topic
from booking.instructors.models import Instructor as InstructorRow
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.orders.engine.lifecycle import LIVE, OrderState
from booking.orders.models import ClaimState, OfferState, Order, OrderClaim, OrderOffer

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


class Published(NamedTuple):
    """An order that can be claimed, and whom of some instructors it fits."""

    order: Order
    instructor_ids: tuple[int, ...]


def published(
    session: Session, instructor_ids: Collection[int], *, now: datetime
) -> list[Published]:
    """The published orders that fit fields and regions of some instructors, the last day first.

    A constant number of queries; who fits is decided in Python, of some hundred rows at most.
    """
    query = (
        select(Order)
        .where(
            Order.state == OrderState.OPEN,
            Order.published_at.is_not(None),
            Order.expires_at > now,
        )
        .options(*lines(), selectinload(Order.claims))
        .order_by(Order.expires_at, Order.id)
        .limit(LIST_LENGTH)
    )
    found = reaches(session, instructor_ids)
    orders = session.scalars(query).all()
    pairs = [
        Published(order, tuple(one for one in sorted(found) if fits(order, found[one])))
        for order in orders
    ]
    return [pair for pair in pairs if pair.instructor_ids]


class Reach(NamedTuple):
    """Where an instructor teaches, and in which fields: ids, with those above."""

    regions: frozenset[str]
    fields: frozenset[int]
    online: bool
    """Has a topic that can be held online."""


def reaches(session: Session, instructor_ids: Collection[int]) -> dict[int, Reach]:
    """The reach of each instructor. Four queries."""
    home = select(InstructorRow.id, InstructorRow.region_code).where(
        InstructorRow.id.in_(instructor_ids), InstructorRow.listed
    )
    served = select(ServedRegion.instructor_id, ServedRegion.region_code).where(
        ServedRegion.instructor_id.in_(instructor_ids)
    )
    taught = select(Topic.instructor_id, Topic.field_id, Topic.formats).where(
        Topic.instructor_id.in_(instructor_ids), Topic.active
    )
    works_in = select(InstructorField.instructor_id, InstructorField.field_id).where(
        InstructorField.instructor_id.in_(instructor_ids)
    )
    above = {row[0]: row[1] for row in session.execute(select(Field.id, Field.parent_id))}
    regions: dict[int, set[str]] = {row[0]: {row[1]} for row in session.execute(home)}
    fields: dict[int, set[int]] = {one: set() for one in regions}
    online = dict.fromkeys(regions, False)
    for instructor_id, code in session.execute(served):
        regions.get(instructor_id, set()).add(code)
    topics = session.execute(taught).all()
    for instructor_id, _field_id, formats in topics:
        online[instructor_id] = online.get(instructor_id, False) or Format.ONLINE in formats
    pairs = [(row[0], row[1]) for row in topics]
    pairs += [(row[0], row[1]) for row in session.execute(works_in)]
    for instructor_id, field_id in pairs:
        if field_id is not None:
            parent = above.get(field_id)
            fields.get(instructor_id, set()).update({field_id, parent or field_id})
    return {
        one: Reach(frozenset(codes), frozenset(fields[one]), online[one])
        for one, codes in regions.items()
    }


def fits(order: Order, reach: Reach) -> bool:
    """Whether a published order lies within the reach of an instructor."""
    here = any(within(order.region_code, code) for code in reach.regions)
    if not here and not (order.format is Format.ONLINE and reach.online):
        return False
    return order.field_id is None or order.field_id in reach.fields


def own_claim(order: Order, instructor_id: int) -> OrderClaim | None:
    """The claim of an instructor on an order."""
    return next((one for one in order.claims if one.instructor_id == instructor_id), None)


def claimed_by(
    session: Session, instructor_ids: Collection[int], *, limit: int = FEW
) -> Sequence[OrderClaim]:
    """The claims of some instructors, the newest first."""
    query = (
        select(OrderClaim)
        .where(OrderClaim.instructor_id.in_(instructor_ids))
        .options(joinedload(OrderClaim.order).joinedload(Order.topic))
        .options(joinedload(OrderClaim.order).joinedload(Order.field))
        .order_by(OrderClaim.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def waiting_claims(session: Session, order_ids: Collection[int]) -> dict[int, int]:
    """How many claims wait, by order. One query."""
    query = (
        select(OrderClaim.order_id, func.count())
        .where(OrderClaim.order_id.in_(order_ids), OrderClaim.state == ClaimState.WAITING)
        .group_by(OrderClaim.order_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def to_claim(session: Session, instructor_ids: Collection[int], *, now: datetime) -> int:
    """How many published orders some instructors may claim and have not."""
    return sum(
        all(
            claim is None or claim.state is ClaimState.WITHDRAWN
            for claim in (own_claim(order, one) for one in ids)
        )
        for order, ids in published(session, instructor_ids, now=now)
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
