"""Limits of orders: with requests at once, and per quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from booking.accounts.models import Organisation
from booking.db import unit_of_work
from booking.lectures.engine.errors import TooManyOpen
from booking.orders import service
from booking.orders.engine.errors import TooManyOrders, TooManyWaiting
from booking.orders.engine.windows import Window
from tests import factories
from tests.browser import Client
from tests.factories import LI, NOW, WANG, Cast, at
from tests.orders import ordering
from tests.orders.ordering import ask


def limit(app: Flask, organisation_id: int, **limits: int) -> None:
    with app.app_context(), unit_of_work() as session:
        query = update(Organisation).where(Organisation.id == organisation_id)
        session.execute(query.values(**limits))


def test_orders_and_requests_wait_together(app: Flask, people: Cast) -> None:
    limit(app, people.li.id, open_limit=2)
    ordering.placed(app, people)
    factories.requested(app, people)
    with pytest.raises(TooManyWaiting):
        ordering.placed(app, people)
    with pytest.raises(TooManyOpen):
        factories.requested(app, people, at(4, 9))


def test_dispatching_at_the_limit_is_possible(app: Flask, people: Cast) -> None:
    limit(app, people.li.id, open_limit=1)
    number = ordering.placed(app, people)
    with app.app_context(), unit_of_work() as session:
        ordering.dispatch(session, number, ask(people.chen))
    with pytest.raises(TooManyWaiting):
        ordering.placed(app, people)


def test_what_has_ended_no_longer_counts(app: Flask, people: Cast) -> None:
    limit(app, people.li.id, open_limit=1)
    number = ordering.placed(app, people)
    with app.app_context(), unit_of_work() as session:
        service.cancel(session, number=number, user_id=None, now=NOW)
    ordering.placed(app, people)


def test_a_quarter_has_so_many_orders(app: Flask, people: Cast) -> None:
    limit(app, people.li.id, quarter_limit=1)
    ordering.placed(app, people)
    with pytest.raises(TooManyOrders) as refused:
        ordering.placed(app, people)
    assert ("most", 1) in refused.value.sentence.values
    assert ("day", date(2027, 1, 1)) in refused.value.sentence.values
    with pytest.raises(TooManyOrders):
        placed_at(app, people, datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    placed_at(app, people, datetime(2026, 12, 31, 16, 0, tzinfo=UTC))


def placed_at(app: Flask, people: Cast, now: datetime) -> None:
    with app.app_context(), unit_of_work() as session:
        soon = now + timedelta(days=7)
        window = Window(soon, soon + timedelta(hours=4))
        ordering.place(session, people, now=now, windows=(window,))


def test_the_coordinator_sets_the_number(app: Flask, people: Cast) -> None:
    wang = Client(app).sign_in(WANG)
    path = f"/request-limits/{people.li.id}"
    assert 'name="quarter_limit"' in wang.get(path).text
    values = {"open_limit": "", "daily_limit": "", "quarter_limit": "1"}
    assert wang.post(path, values).status_code == 303
    assert wang.post(path, values | {"quarter_limit": "0"}).status_code == 422
    ordering.placed(app, people)
    li = Client(app).sign_in(LI).language("en")
    values = {"wish": "急救", "day_1": "2026-11-26", "place": "文化馆", "step": "3"}
    values |= {"region": factories.COUNTY, "organisation": str(people.li.id)}
    refused = li.post("/orders/new", values)
    assert (refused.status_code, "Fri 1 Jan 2027" in refused.text) == (409, True)
    assert 'value="文化馆"' in refused.text
