"""A lecture that its instructor cancels: the branch loses no time."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import Order
from tests import factories
from tests.browser import Client
from tests.factories import COUNTY, LI, ZONE, Cast, at
from tests.orders import ordering
from tests.orders.ordering import FIRST


def cancel(app: Flask, number: str, party: Party, now: object = factories.NOW) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, party, now=now)  # type: ignore[arg-type]


@pytest.mark.parametrize("party", [Party.INSTRUCTOR, Party.COORDINATOR])
def test_a_directly_booked_lecture_becomes_an_order(app: Flask, people: Cast, party: Party) -> None:
    lecture = factories.confirmed(app, people, attendees=30, note="请带模型")
    cancel(app, lecture, party)
    with app.app_context():
        (order,) = db.session.scalars(select(Order))
        assert (order.state, order.organisation_id) == (OrderState.OPEN, people.li.id)
        assert (order.topic_id, order.region_code) == (people.chen.topic, COUNTY)
        assert (order.attendees, order.remarks) == (30, "请带模型")
        assert order.accepts_another_time
        days = [one.starts_at.astimezone(ZONE).date() for one in order.windows]
        first = FIRST.astimezone(ZONE).date()
        assert [(day - first).days for day in days] == [0, 7, 14]


def test_the_page_of_the_lecture_leads_to_its_order(app: Flask, people: Cast) -> None:
    lecture = factories.confirmed(app, people)
    li = Client(app).sign_in(LI)
    assert "/orders/DD-" not in li.get(f"/lectures/{lecture}").text
    cancel(app, lecture, Party.INSTRUCTOR)
    assert 'href="/orders/DD-2026-000001"' in li.get(f"/lectures/{lecture}").text


@pytest.mark.parametrize("party", [Party.BRANCH, Party.BRANCH_COORDINATOR])
def test_what_the_branch_cancels_opens_nothing(app: Flask, people: Cast, party: Party) -> None:
    cancel(app, factories.confirmed(app, people), party)
    with app.app_context():
        assert db.session.scalars(select(Order)).all() == []


def test_the_order_of_a_cancelled_lecture_is_open_again(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(app, people)
    ordering.answer(app, number, Command.CONFIRM)
    ordering.answer(app, number, Command.CANCEL)
    with app.app_context():
        (order,) = db.session.scalars(select(Order))
        assert (order.number, order.state, order.lecture_id) == (number, OrderState.OPEN, None)
        assert len(order.windows) == 2


def test_without_a_time_to_come_it_gets_later_days(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(
        app,
        people,
        ordering.ask(people.chen, at(4, 9)),
        windows=(ordering.window(3, 9, 11),),
        accepts_another_time=True,
    )
    ordering.answer(app, number, Command.CONFIRM)
    ordering.answer(app, number, Command.CANCEL, now=at(3, 15))
    with app.app_context():
        order = ordering.look(number)
        assert order.state is OrderState.OPEN
        assert order.expires_at == at(19, 0)
        assert len(order.windows) == 3
