"""What becomes of the lectures of orders, by the signal of lectures, in their transactions.

A refused offer brings the next one; a confirmed lecture fulfils; a lecture that the instructor
cancels opens its order again, or a new one where it was booked directly.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.engine.day_parts import DEFAULT_TEMPLATE
from booking.availability.engine.zones import local_date
from booking.lectures.changes import lecture_changed
from booking.lectures.engine.events import Appointment, LectureEvent
from booking.lectures.engine.states import EventKind, Party, State
from booking.lectures.models import Lecture
from booking.orders import guests, service
from booking.orders.answers import undone
from booking.orders.changes import SYSTEM, change, order_of_lecture
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.engine.needs import LONGEST_REMARKS, LONGEST_WISH, Need
from booking.orders.engine.windows import Window, expires_at, still_to_come, window_of
from booking.orders.held_times import Freed
from booking.orders.models import OfferState, Order
from booking.orders.offers import service as offers
from booking.orders.waiting_list import service as waiting_list

OUTCOMES = {
    EventKind.DECLINED: OfferState.DECLINED,
    EventKind.EXPIRED: OfferState.EXPIRED,
    EventKind.WITHDRAWN: OfferState.RECALLED,
    EventKind.REJECTED: OfferState.RECALLED,
}
"""What becomes of an offer when its request ends without a lecture."""

FOR_INSTRUCTOR = frozenset({Party.INSTRUCTOR, Party.COORDINATOR})
"""Who cancels as the instructor or for the instructor."""

WEEKS_LATER = (0, 1, 2)
"""The weeks in which another instructor may give a cancelled lecture, on the same weekday."""


def subscribe() -> None:
    """Follow the lectures of orders, in the same transaction."""
    lecture_changed.connect(_on_change)
    waiting_list.subscribe()
    guests.subscribe()


def _on_change(session: Session, *, lecture: Lecture, event: LectureEvent, **_more: Any) -> None:
    now, zone = event.at, ZoneInfo(lecture.time_zone)
    if event.kind is EventKind.UNDONE:
        undone.restore(session, lecture, event, now=now)
    elif event.kind is EventKind.CANCELLED:
        _cancelled(session, lecture, event, now=now, zone=zone)
    elif event.kind in OUTCOMES:
        _came_to_nothing(session, lecture, event, now=now, zone=zone)
    elif event.state is State.CONFIRMED:
        # Also where another time or instructor was agreed on before the request was answered.
        order = order_of_lecture(session, lecture.id)
        if order is not None:
            offers.was_accepted(session, order, now=now)
        if event.before is not None:
            waiting_list.serve(session, _time_of(event.before), now=now, zone=zone)


def _came_to_nothing(
    session: Session, lecture: Lecture, event: LectureEvent, *, now: datetime, zone: ZoneInfo
) -> None:
    order = order_of_lecture(session, lecture.id)
    if order is not None:
        offers.came_to_nothing(
            session,
            order,
            OUTCOMES[event.kind],
            now=now,
            zone=zone,
            reason=event.reason,
            goes_on=event.kind in (EventKind.DECLINED, EventKind.EXPIRED),
            freed=lecture.instructor_id,
        )
    waiting_list.serve(session, _time_of(lecture), now=now, zone=zone)


def _cancelled(
    session: Session, lecture: Lecture, event: LectureEvent, *, now: datetime, zone: ZoneInfo
) -> None:
    order = order_of_lecture(session, lecture.id)
    if event.party in FOR_INSTRUCTOR:
        if order is not None:
            _reopen(session, order, lecture, event.reason, now=now, zone=zone)
        else:
            _open_for(session, lecture, now=now, zone=zone)
        return
    if order is not None:
        service.end_with_lecture(session, order, now=now, reason=event.reason)
    waiting_list.serve(session, _time_of(lecture), now=now, zone=zone)


def _time_of(lecture: Lecture | Appointment) -> Freed:
    return Freed(lecture.instructor_id, (lecture.starts_at, lecture.ends_at))


def _reopen(
    session: Session, order: Order, lecture: Lecture, reason: str, *, now: datetime, zone: ZoneInfo
) -> None:
    """The order is open again; without a window to come it gets those of a cancelled lecture."""
    if order.state is not OrderState.FULFILLED:
        return

    def open_again() -> None:
        offers.let_go(session, order, OfferState.DECLINED)
        if not still_to_come((window.value() for window in order.windows), now):
            windows = _windows_after(lecture, now, zone)
            order.windows = service.rows_of(windows)
            order.expires_at = expires_at(windows)

    change(
        session,
        order,
        OrderCommand.REOPEN,
        parties=SYSTEM,
        user_id=None,
        now=now,
        reason=reason,
        act=open_again,
    )
    guests.follow(session, order, now=now)


def _open_for(session: Session, lecture: Lecture, *, now: datetime, zone: ZoneInfo) -> None:
    """Open an order with the data of a lecture that was booked directly."""
    need = Need(
        organisation_id=lecture.organisation_id,
        windows=_windows_after(lecture, now, zone),
        region_code=lecture.region_code,
        place=lecture.place,
        wish=lecture.title[:LONGEST_WISH],
        topic_id=lecture.topic_id,
        field_id=lecture.topic.field_id if lecture.topic is not None else None,
        audience=lecture.audience,
        format=lecture.format,
        attendees=lecture.attendees,
        remarks=lecture.note[:LONGEST_REMARKS],
        accepts_another_time=True,
    )
    service.store(
        session,
        need,
        user_id=lecture.requested_by,
        now=now,
        zone=zone,
        party=Party.SYSTEM,
        cancelled_lecture_id=lecture.id,
    )


def _windows_after(lecture: Lecture, now: datetime, zone: ZoneInfo) -> tuple[Window, ...]:
    """The day of the lecture, and the same weekday of the next two weeks."""
    day: date = max(local_date(lecture.starts_at, zone), local_date(now, zone))
    days = (day + timedelta(weeks=weeks) for weeks in WEEKS_LATER)
    return tuple(window_of(one, None, DEFAULT_TEMPLATE, zone) for one in days)
