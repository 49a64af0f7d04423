"""Orders of the demonstration in each state, so that no page of them is empty."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.availability.engine.day_parts import DEFAULT_TEMPLATE, HalfDay
from booking.availability.engine.zones import local_date
from booking.db import unit_of_work
from booking.errors import DomainError
from booking.instructors.models import Topic
from booking.lectures import service as lectures
from booking.lectures.engine.states import Command, Party
from booking.orders import service
from booking.orders.claims import service as claims
from booking.orders.engine.needs import Need
from booking.orders.engine.windows import Window, window_of
from booking.orders.models import Order
from booking.orders.offers import service as offers
from booking.orders.offers.candidates import candidates
from booking.orders.offers.service import Ask
from booking.orders.waiting_list import queries as waiting
from booking.orders.waiting_list import service as waiting_list

PLACES = ("会议室", "文化活动中心", "二楼报告厅", "社区学堂")
AHEAD = (8, 15, 22)
"""Days after which the windows of an order lie, about."""


def add_orders(
    organisation_ids: Sequence[int], rng: random.Random, *, now: datetime, zone: ZoneInfo
) -> None:
    """Place orders of some branches, the first of which has one in each state."""
    first, *others = organisation_ids
    asked_at = now - timedelta(hours=6)
    for act in (_nothing, _published, _offered, _fulfilled, _rejected, _cancelled):
        _add(first, rng, act, asked_at, now, zone)
    _add(first, rng, _expired, now - timedelta(days=30), now, zone)
    for days in (12, 40, 75, 110, 150):
        for organisation_id in organisation_ids[1:4]:
            _add(organisation_id, rng, _expired, now - timedelta(days=days), now, zone)
    for organisation_id in others[:6]:
        _add(organisation_id, rng, rng.choice((_nothing, _published)), asked_at, now, zone)
    _add_waiting(organisation_ids[:2], rng, asked_at, zone)


def _add_waiting(
    organisation_ids: Sequence[int], rng: random.Random, now: datetime, zone: ZoneInfo
) -> None:
    """Two branches wait for one instructor; the first has a time that is held for it."""
    with unit_of_work() as session:
        need = _need(session, organisation_ids[0], rng, now, zone)
        topic = session.get_one(Topic, need.topic_id)
        for organisation_id in organisation_ids:
            waits = replace(
                need, organisation_id=organisation_id, instructor_id=topic.instructor_id
            )
            service.place(session, need=waits, user_id=None, now=now, zone=zone)
    with unit_of_work() as session:
        for freed in waiting.due(session, now=now, zone=zone):
            waiting_list.serve(session, freed, now=now, zone=zone)


Act = Callable[[Session, Order, datetime, ZoneInfo], None]


def _add(
    organisation_id: int,
    rng: random.Random,
    act: Act,
    placed_at: datetime,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Place one order and let something become of it; a refusal leaves it open."""
    with unit_of_work() as session:
        need = _need(session, organisation_id, rng, placed_at, zone)
        number = service.place(session, need=need, user_id=None, now=placed_at, zone=zone).number
    try:
        with unit_of_work() as session:
            order = session.scalars(select(Order).where(Order.number == number)).one()
            act(session, order, now if act is _expired else placed_at, zone)
    except DomainError:
        return


def _need(
    session: Session, organisation_id: int, rng: random.Random, now: datetime, zone: ZoneInfo
) -> Need:
    organisation = session.get_one(Organisation, organisation_id)
    topics = session.scalars(select(Topic).where(Topic.active).order_by(Topic.id)).all()
    topic = rng.choice(topics)
    return Need(
        organisation_id=organisation_id,
        windows=tuple(_windows(rng, now, zone)),
        region_code=organisation.region_code,
        place=rng.choice(PLACES),
        wish=topic.title[:60],
        topic_id=topic.id,
        field_id=topic.field_id,
        attendees=rng.choice((30, 45, 60, 80)),
        equipment=rng.choice(("", "有投影和话筒")),
        accepts_another_time=rng.random() < 0.5,
    )


def _windows(rng: random.Random, now: datetime, zone: ZoneInfo) -> list[Window]:
    today = local_date(now, zone)
    found = []
    for days in AHEAD[: rng.randrange(1, 4)]:
        day = today + timedelta(days=days + rng.randrange(3))
        day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)
        part = rng.choice((HalfDay.MORNING, HalfDay.AFTERNOON, None))
        found.append(window_of(day, part, DEFAULT_TEMPLATE, zone))
    return found


def _asks(session: Session, order: Order, now: datetime, zone: ZoneInfo) -> list[Ask]:
    found = candidates(session, order, now=now, zone=zone).found
    return [
        Ask(match.instructor_id, match.topic_id, times.within[0][0])
        for match, times in found
        if times.within
    ]


def _nothing(_session: Session, _order: Order, _now: datetime, _zone: ZoneInfo) -> None:
    """Leave it open."""


def _published(session: Session, order: Order, now: datetime, zone: ZoneInfo) -> None:
    service.publish(session, number=order.number, open_to_claims=True, user_id=None, now=now)
    for ask in _asks(session, order, now, zone)[:2]:
        claims.claim(session, number=order.number, ask=ask, user_id=None, now=now, zone=zone)


def _offered(session: Session, order: Order, now: datetime, zone: ZoneInfo) -> None:
    asks = _asks(session, order, now, zone)
    offers.dispatch(session, number=order.number, asks=asks[:3], user_id=None, now=now, zone=zone)


def _fulfilled(session: Session, order: Order, now: datetime, zone: ZoneInfo) -> None:
    _offered(session, order, now, zone)
    if order.lecture is not None:
        lectures.apply_command(
            session,
            number=order.lecture.number,
            command=Command.CONFIRM,
            parties=frozenset({Party.INSTRUCTOR}),
            user_id=None,
            now=now + timedelta(hours=1),
        )


def _rejected(session: Session, order: Order, now: datetime, _zone: ZoneInfo) -> None:
    reason = "师资库中暂无讲师讲授这一专题。"
    service.reject(session, number=order.number, reason=reason, user_id=None, now=now)


def _cancelled(session: Session, order: Order, now: datetime, _zone: ZoneInfo) -> None:
    service.cancel(session, number=order.number, user_id=None, now=now)


def _expired(session: Session, order: Order, now: datetime, _zone: ZoneInfo) -> None:
    service.expire(session, number=order.number, now=now)
