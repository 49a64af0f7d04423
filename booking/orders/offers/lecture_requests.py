"""The lecture of an offer: requested and withdrawn by the ordinary service of lectures."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.instructors.models import Topic
from booking.lectures import service as lectures
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.orders import guests
from booking.orders.engine.errors import OutsideWindows
from booking.orders.models import Order
from booking.orders.offers.candidates import chosen_format, windows_to_come


def topic_of(session: Session, topic_id: int | None, instructor_id: int) -> Topic:
    """The topic of an instructor; raises `NotFound` if there is none."""
    topic = session.get(Topic, topic_id) if topic_id is not None else None
    if topic is None or topic.instructor_id != instructor_id:
        raise NotFound()
    return topic


def check_windows(order: Order, topic: Topic, starts_at: datetime, *, now: datetime) -> None:
    """Raise `OutsideWindows` unless the lecture lies within one, or another time is accepted."""
    if order.accepts_another_time:
        return
    slot = (starts_at, starts_at + timedelta(minutes=topic.minutes))
    if not any(window.contains(slot) for window in windows_to_come(order, now)):
        raise OutsideWindows()


def request_lecture(
    session: Session,
    order: Order,
    topic: Topic,
    starts_at: datetime,
    *,
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    by: Party = Party.BRANCH_COORDINATOR,
    confirmed: bool = False,
) -> Lecture:
    """The lecture of an order, by the ordinary service; `confirmed` if both sides have agreed."""
    units = guests.units_of(session, order)
    return lectures.request_lecture(
        session,
        booking_request=BookingRequest(
            instructor_id=topic.instructor_id,
            topic_id=topic.id,
            organisation_id=order.organisation_id,
            starts_at=starts_at,
            region_code=order.region_code,
            place=order.place,
            format=chosen_format(order, topic),
            audience=order.audience,
            attendees=guests.attendees(order, units),
            note=guests.note(order, units),
        ),
        user_id=user_id,
        now=now,
        zone=zone,
        party=by,
        confirmed=confirmed,
    )


def withdraw_lecture(
    session: Session,
    lecture: Lecture | None,
    parties: frozenset[Party],
    *,
    user_id: int | None,
    now: datetime,
) -> None:
    """Withdraw the request of an order that has let go of it."""
    if lecture is not None:
        lectures.apply_command(
            session,
            number=lecture.number,
            command=Command.WITHDRAW,
            parties=parties,
            user_id=user_id,
            now=now,
        )
