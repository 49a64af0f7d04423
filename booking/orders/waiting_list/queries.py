"""Who waits for which free time: a bounded number of orders, by a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from booking.availability.engine.intervals import Interval, overlaps
from booking.availability.engine.zones import day_bounds, local_date
from booking.instructors.models import Topic
from booking.lectures.schedules.queries import Schedules
from booking.orders.engine.lifecycle import OrderState
from booking.orders.held_times import Freed
from booking.orders.models import OfferState, Order, OrderOffer, OrderWindow
from booking.orders.offers.candidates import (
    best_of,
    schedules_for,
    slot_request,
    times_of,
    topics_of,
    windows_to_come,
)

HELD_FOR = timedelta(days=1)
"""How long a time is held for a branch that has not decided."""

MOST_LOOKED_AT = 20
"""Orders that are looked at when a time is freed, the oldest whose windows are near it."""

A_ROUND = 100
"""Orders that the worker looks at in one round; with more, each is looked at every few minutes."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NEAR = timedelta(hours=12)
"""How far from a freed time an order's window may lie: buffers and travel are shorter."""

_HELD = (
    select(OrderOffer.id)
    .where(OrderOffer.order_id == Order.id, OrderOffer.state == OfferState.HELD)
    .correlate(Order)
    .exists()
)
_REFUSED = (
    select(OrderOffer.id)
    .where(
        OrderOffer.order_id == Order.id,
        OrderOffer.instructor_id == Order.instructor_id,
        OrderOffer.state.in_([OfferState.DECLINED, OfferState.EXPIRED, OfferState.RECALLED]),
    )
    .correlate(Order)
    .exists()
)
_WAITS: tuple[ColumnElement[bool], ...] = (
    Order.state == OrderState.OPEN,
    Order.instructor_id.is_not(None),
    Order.merged_into_id.is_(None),
    ~_HELD,
    # Where the instructor has declined, the order waits for a coordinator.
    ~_REFUSED,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A free time of an order's instructor, and until when it can be held."""

    order: Order
    topic: Topic
    slot: Interval
    until: datetime

    @property
    def freed(self) -> Freed:
        """The time as others see it."""
        return Freed(self.topic.instructor_id, self.slot)


def near(freed: Freed, now: datetime) -> Select[int]:
    """The ids of the oldest orders that wait for an instructor at about a time."""
    start, end = freed.slot
    window = (
        select(OrderWindow.id)
        .where(
            OrderWindow.order_id == Order.id,
            OrderWindow.starts_at < end + NEAR,
            OrderWindow.ends_at > start - NEAR,
        )
        .correlate(Order)
        .exists()
    )
    return (
        select(Order.id)
        .where(*_WAITS, Order.instructor_id == freed.instructor_id, Order.expires_at > now, window)
        .order_by(Order.id)
        .limit(MOST_LOOKED_AT)
    )


def locked(session: Session, ids: Sequence[int]) -> list[Order]:
    """The orders that still wait and that nobody else is changing, with their locks."""
    query = (
        select(Order)
        .where(Order.id.in_(ids), *_WAITS)
        .order_by(Order.id)
        .options(selectinload(Order.windows), selectinload(Order.offers))
        .with_for_update(of=Order, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def due(session: Session, *, now: datetime, zone: ZoneInfo) -> list[Freed]:
    """The free times that orders of this round wait for, by instructor. Reads only.

    A round looks at `A_ROUND` orders, the next minute's at those that follow, so that orders
    without a free time keep no younger ones waiting.
    """
    waiting = (*_WAITS, Order.expires_at > now)
    count = session.scalar(select(func.count()).select_from(Order).where(*waiting)) or 0
    if count == 0:
        return []
    rounds = -(-count // A_ROUND)
    this = (now - EPOCH) // timedelta(minutes=1) % rounds
    query = select(Order).where(*waiting).order_by(Order.id).offset(this * A_ROUND).limit(A_ROUND)
    query = query.options(selectinload(Order.windows), selectinload(Order.offers))
    found = first_times(session, session.scalars(query).all(), now=now, zone=zone)
    return list({one.topic.instructor_id: one.freed for one in found}.values())


def first_times(
    session: Session, orders: Sequence[Order], *, now: datetime, zone: ZoneInfo
) -> Iterator[Found]:
    """The first free time of each order, in turn, for those that have one. Three queries."""
    seeking = [order for order in orders if windows_to_come(order, now)]
    ids = {order.instructor_id for order in seeking if order.instructor_id is not None}
    topics: dict[int, list[Topic]] = defaultdict(list)
    for topic in topics_of(session, ids):
        topics[topic.instructor_id].append(topic)
    loaded = schedules_for(session, seeking, ids, now=now, zone=zone) if ids else None
    for order in seeking:
        best = best_of(order, topics.get(order.instructor_id or 0, ()))
        if best is None or loaded is None:
            continue
        slot = _first_time(loaded, order, best, now)
        if slot is not None:
            yield Found(order, best, slot, _until(loaded, order, best, slot))


def _first_time(loaded: Schedules, order: Order, topic: Topic, now: datetime) -> Interval | None:
    """The first free time within the windows that the branch has not let go."""
    refused = [
        (offer.starts_at, offer.ends_at)
        for offer in order.offers
        if offer.state in (OfferState.LET_GO, OfferState.LAPSED) and offer.ends_at is not None
    ]
    times = times_of(loaded, order, topic, windows_to_come(order, now)).within
    return next((slot for slot in times if not any(overlaps(slot, one) for one in refused)), None)


def _until(loaded: Schedules, order: Order, topic: Topic, slot: Interval) -> datetime:
    """A day from now, or the last minute of today if the lead time closes the time tomorrow."""
    until, day = loaded.now + HELD_FOR, local_date(slot[0], loaded.zone)
    later = replace(loaded, now=until)
    if slot in later.offered(topic.instructor_id, slot_request(order, topic), day, day):
        return until
    midnight = day_bounds(local_date(loaded.now, loaded.zone), loaded.zone)[1]
    return min(until, midnight - timedelta(minutes=1), slot[0])


def lapsing(session: Session, *, now: datetime, limit: int = 200) -> list[str]:
    """Numbers of the orders whose held time nobody has decided on in time."""
    query = (
        select(Order.number)
        .join(OrderOffer, OrderOffer.order_id == Order.id)
        .where(OrderOffer.state == OfferState.HELD, OrderOffer.held_until <= now)
        .order_by(OrderOffer.held_until, Order.id)
        .limit(limit)
    )
    return list(session.scalars(query))
