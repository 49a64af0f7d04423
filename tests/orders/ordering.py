"""Orders for tests: placed, dispatched and answered through the services."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.availability.engine.intervals import Interval
from booking.availability.engine.zones import local_date
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.orders import service
from booking.orders.claims import service as claims
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.needs import Need
from booking.orders.engine.windows import Window
from booking.orders.models import (
    Order,
    OrderClaim,
    OrderCounter,
    OrderHistory,
    OrderOffer,
    OrderWindow,
)
from booking.orders.offers import service as offers
from booking.orders.offers.service import Ask
from tests import factories
from tests.factories import COUNTY, NOW, ZONE, Branch, Cast, Teacher, at

ORDER_TABLES = (OrderHistory, OrderClaim, OrderOffer, OrderWindow, Order, OrderCounter)
"""The tables of orders, in the order in which their rows can be deleted."""

FIRST = at(3, 9)
"""The first time that can be booked at `NOW`."""


def window(days: int, start: int = 8, end: int = 18) -> Window:
    """A window of some hours of a day."""
    return Window(at(days, start), at(days, end))


def need(cast: Cast, **more: Any) -> Need:
    """Li's need of first aid within the first bookable day and the next one."""
    values: dict[str, Any] = {
        "organisation_id": cast.li.id,
        "windows": (window(3), window(4)),
        "region_code": COUNTY,
        "place": "岫云县文化馆二楼",
        "wish": "急救",
        "attendees": 40,
    }
    return Need(**values | more)


def place(session: Session, cast: Cast, *, now: datetime = NOW, **more: Any) -> Order:
    """An open order, in the caller's transaction."""
    return service.place(session, need=need(cast, **more), user_id=cast.li.user, now=now, zone=ZONE)


def placed(app: Flask, cast: Cast, **more: Any) -> str:
    """The number of an open order, committed."""
    with app.app_context(), unit_of_work() as session:
        return place(session, cast, **more).number


def ask(teacher: Teacher, start: datetime = FIRST) -> Ask:
    """To ask a teacher for the first topic at a time."""
    return Ask(teacher.id, teacher.topic, start)


def dispatch(session: Session, number: str, *asks: Ask, user: int | None = None) -> Order:
    """An offered order, in the caller's transaction."""
    return offers.dispatch(session, number=number, asks=asks, user_id=user, now=NOW, zone=ZONE)


def dispatched(app: Flask, cast: Cast, *asks: Ask, **more: Any) -> str:
    """The number of an order that was dispatched, committed; by default to Chen."""
    number = placed(app, cast, **more)
    with app.app_context(), unit_of_work() as session:
        dispatch(session, number, *(asks or (ask(cast.chen),)), user=cast.wang)
    return number


def published(app: Flask, cast: Cast, **more: Any) -> str:
    """The number of an order that is open to claims, committed."""
    number = placed(app, cast, **more)
    with app.app_context(), unit_of_work() as session:
        service.publish(session, number=number, open_to_claims=True, user_id=cast.wang, now=NOW)
    return number


def claimed(app: Flask, number: str, *asks: Ask) -> list[int]:
    """The ids of claims, committed."""
    found = []
    with app.app_context(), unit_of_work() as session:
        for one in asks:
            made = claims.claim(session, number=number, ask=one, user_id=None, now=NOW, zone=ZONE)
            session.flush()
            found.append(made.id)
    return found


def answer(
    app: Flask,
    number: str,
    command: Command,
    party: Party = Party.INSTRUCTOR,
    now: datetime = NOW,
) -> None:
    """Answer the live lecture of an order, committed."""
    with app.app_context():
        lecture = lecture_of(number)
        assert lecture is not None
        with unit_of_work() as session:
            factories.move(session, lecture.number, command, party, now=now)


def lecture_of(number: str) -> Lecture | None:
    """The live lecture of an order; within an application context."""
    db.session.rollback()
    return look(number).lecture


def look(number: str) -> Order:
    """The order as it is stored; within an application context."""
    query = select(Order).where(Order.number == number)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def state(app: Flask, number: str) -> OrderState:
    """The state of an order."""
    with app.app_context():
        return look(number).state


def slot(start: datetime, minutes: int = 120) -> Interval:
    """A slot from its start."""
    return start, start + timedelta(minutes=minutes)


def second_branch(cast: Cast) -> Branch:
    """Zhao's branch, which lies in another city."""
    return cast.zhao


def day_of(instant: datetime) -> str:
    """The local day as a form has it."""
    return local_date(instant, ZONE).isoformat()
