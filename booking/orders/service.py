"""Write operations on orders: place, publish, reject, cancel, expire. The caller owns the
transaction. Offers, claims and shared lectures have modules of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.accounts.service import known_region
from booking.availability.engine.zones import local_date
from booking.errors import Invalid, NotFound
from booking.instructors.models import Field, Instructor, Topic
from booking.instructors.queries import PUBLIC_TOPIC
from booking.lectures.engine.states import Party
from booking.orders import guests, quotas
from booking.orders.changes import (
    COORDINATOR,
    SYSTEM,
    change,
    locked_order,
    locked_with_lecture,
    next_number,
    record,
)
from booking.orders.engine.errors import AlreadyJoined, LectureDecides
from booking.orders.engine.lifecycle import OrderCommand, OrderEventKind, OrderState
from booking.orders.engine.needs import Need, UnmetReason, check_need
from booking.orders.engine.windows import Window, expires_at
from booking.orders.models import UNASKED, ClaimState, OfferState, Order, OrderWindow
from booking.orders.offers import lecture_requests
from booking.orders.offers import service as offers
from booking.sentences import N_
from booking.text import plain

BRANCH = frozenset({Party.BRANCH})


def place(
    session: Session, *, need: Need, user_id: int | None, now: datetime, zone: ZoneInfo
) -> Order:
    """Store a need as an open order.

    Raises `Invalid` for a wrong value, `TooManyWaiting` and `TooManyOrders` for a limit.
    """
    check_need(need, now=now)
    branch = quotas.check(session, need.organisation_id, now=now, zone=zone)
    need = replace(need, organisation_id=branch)
    _check_references(session, need)
    return store(session, need, user_id=user_id, now=now, zone=zone, party=Party.BRANCH)


def _check_references(session: Session, need: Need) -> None:
    known_region(session, need.region_code)
    if need.topic_id is not None:
        public = select(Topic.id).where(Topic.id == need.topic_id, PUBLIC_TOPIC)
        if session.scalar(public) is None:
            raise Invalid(N_("This topic is no longer offered. Choose another."), field="wish")
    if need.field_id is not None and session.get(Field, need.field_id) is None:
        raise Invalid(N_("There is no such field. Choose one from the list."), field="field")
    if need.instructor_id is not None:
        instructor = session.get(Instructor, need.instructor_id)
        if instructor is None or not instructor.listed:
            raise NotFound(N_("This instructor is no longer in the register."))


def store(
    session: Session,
    need: Need,
    *,
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    party: Party,
    cancelled_lecture_id: int | None = None,
) -> Order:
    """Store a checked need."""
    order = Order(
        number=next_number(session, local_date(now, zone).year),
        state=OrderState.OPEN,
        organisation=session.get_one(Organisation, need.organisation_id),
        requested_by=user_id,
        wish=plain(need.wish).strip(),
        topic_id=need.topic_id,
        field_id=need.field_id,
        audience=need.audience,
        format=need.format,
        attendees=need.attendees,
        region=known_region(session, need.region_code),
        place=plain(need.place).strip(),
        equipment=plain(need.equipment).strip(),
        remarks=plain(need.remarks).strip(),
        accepts_another_time=need.accepts_another_time,
        instructor_id=need.instructor_id,
        cancelled_lecture_id=cancelled_lecture_id,
        windows=rows_of(need.windows),
        created_at=now,
        changed_at=now,
        expires_at=expires_at(need.windows),
    )
    session.add(order)
    session.flush()
    record(
        session,
        order,
        OrderEventKind.PLACED,
        source=None,
        command=None,
        party=party,
        user_id=user_id,
        now=now,
    )
    return order


def rows_of(windows: Sequence[Window]) -> list[OrderWindow]:
    """The windows as rows."""
    return [
        OrderWindow(starts_at=window.starts_at, ends_at=window.ends_at, part=window.part)
        for window in sorted(windows, key=lambda one: (one.starts_at, one.ends_at))
    ]


def publish(
    session: Session, *, number: str, open_to_claims: bool, user_id: int | None, now: datetime
) -> Order:
    """Open an order to claims, or no longer."""
    order = locked_order(session, number)
    if order.merged_into_id is not None:
        raise AlreadyJoined()

    def mark() -> None:
        order.published_at = now if open_to_claims else None

    change(
        session,
        order,
        OrderCommand.PUBLISH if open_to_claims else OrderCommand.UNPUBLISH,
        parties=COORDINATOR,
        user_id=user_id,
        now=now,
        act=mark,
    )
    return order


def reject(
    session: Session, *, number: str, reason: str, user_id: int | None, now: datetime
) -> Order:
    """Reject an open order, with a reason that its branch sees."""
    order = locked_order(session, number)
    if order.merged_into_id is not None:
        raise AlreadyJoined()
    order.unmet = UnmetReason.REJECTED
    _end(
        session,
        order,
        OrderCommand.REJECT,
        COORDINATOR,
        user_id=user_id,
        now=now,
        reason=reason,
    )
    return order


def cancel(
    session: Session, *, number: str, user_id: int | None, now: datetime, reason: str = ""
) -> Order:
    """The branch no longer needs it; a request that waits is withdrawn.

    A confirmed lecture is cancelled on its own page (`LectureDecides`).
    """
    order = locked_with_lecture(session, number)
    if order.state is OrderState.FULFILLED and order.merged_into_id is None:
        raise LectureDecides()
    lecture = order.lecture
    _end(session, order, OrderCommand.CANCEL, BRANCH, user_id=user_id, now=now, reason=reason)
    lecture_requests.withdraw_lecture(session, lecture, BRANCH, user_id=user_id, now=now)
    return order


def expire(session: Session, *, number: str, now: datetime) -> Order:
    """The last window has passed without a lecture: the need is unmet."""
    order = locked_order(session, number)
    asked = any(offer.state not in UNASKED for offer in order.offers)
    order.unmet = UnmetReason.REFUSED if asked else UnmetReason.NOBODY
    _end(session, order, OrderCommand.EXPIRE, SYSTEM, user_id=None, now=now)
    return order


def _end(
    session: Session,
    order: Order,
    command: OrderCommand,
    parties: frozenset[Party],
    *,
    user_id: int | None,
    now: datetime,
    reason: str = "",
) -> None:
    """End an order: nobody is asked any more, claims are closed, guests are separated."""
    waiting = [one for one in order.claims if one.state is ClaimState.WAITING]

    def close() -> None:
        if order.lecture_id is not None:
            offers.let_go(session, order, OfferState.RECALLED)
        offers.drop_queue(session, order)
        order.merged_into, order.published_at = None, None
        for one in waiting:
            one.state = ClaimState.NOT_ACCEPTED

    change(
        session,
        order,
        command,
        parties=parties,
        user_id=user_id,
        now=now,
        reason=reason,
        act=close,
        instructor_ids=tuple(one.instructor_id for one in waiting),
    )
    guests.follow(session, order, now=now)


def end_with_lecture(session: Session, order: Order, *, now: datetime, reason: str) -> None:
    """The branch has cancelled the lecture itself."""
    _end(session, order, OrderCommand.CANCEL, SYSTEM, user_id=None, now=now, reason=reason)


def due(session: Session, *, now: datetime, limit: int = 200) -> list[str]:
    """Numbers of the open orders whose last window has passed."""
    query = select(Order.number).where(Order.state == OrderState.OPEN, Order.expires_at <= now)
    return list(session.scalars(query.order_by(Order.id).limit(limit)))
