"""Read queries: published orders, whom they fit, and the claims on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.accounts.engine.roles import within
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Field, InstructorField, ServedRegion, Topic
from booking.instructors.models import Instructor as InstructorRow
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import ClaimState, Order, OrderClaim
from booking.orders.queries import FEW, LIST_LENGTH, lines


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
