"""An order that names its instructor gets the first time that becomes free."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from booking.availability import service as availability
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import Lecture
from booking.orders import waiting_list
from booking.orders.engine.lifecycle import OrderState
from booking.orders.tasks import pass_time
from tests import factories
from tests.browser import Client
from tests.factories import LI, NOW, ZONE, Cast
from tests.orders import ordering
from tests.orders.ordering import FIRST


def waiting(app: Flask, people: Cast, **more: object) -> str:
    """An order for Chen at a time that another branch has."""
    values = {"windows": (ordering.window(3, 9, 11),), "instructor_id": people.chen.id}
    return ordering.placed(app, people, **values | more)


def taken(app: Flask, people: Cast) -> str:
    return factories.requested(app, people, FIRST, organisation_id=people.zhao.id)


def test_who_waits_comes_first_when_a_time_is_freed(app: Flask, people: Cast) -> None:
    lecture = taken(app, people)
    first, second = waiting(app, people), waiting(app, people)
    with app.app_context():
        assert pass_time(NOW) == 0
        with unit_of_work() as session:
            factories.move(session, lecture, Command.DECLINE, Party.INSTRUCTOR)
        order = ordering.look(first)
        assert order.state is OrderState.OFFERED
        assert order.lecture is not None
        assert (order.lecture.starts_at, order.lecture.state) == (FIRST, State.REQUESTED)
        assert ordering.look(second).state is OrderState.OPEN


def test_hours_that_open_are_found_by_the_worker(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
    number = waiting(app, people)
    with app.app_context():
        assert pass_time(NOW) == 0
        with unit_of_work() as session:
            factories.open_hours(session, people.chen.id)
        assert pass_time(NOW + timedelta(minutes=1)) == 1
        assert pass_time(NOW + timedelta(minutes=2)) == 0
    assert ordering.state(app, number) is OrderState.OFFERED


def test_an_order_without_a_free_time_keeps_no_younger_one_waiting(
    app: Flask, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
    waiting(app, people)
    younger = waiting(app, people, instructor_id=people.zhou.id)
    with app.app_context():
        assert waiting_list.due(db.session(), now=NOW, zone=ZONE, limit=1) == [younger]


def test_who_has_declined_is_not_asked_again(app: Flask, people: Cast) -> None:
    number = waiting(app, people)
    with app.app_context():
        pass_time(NOW)
    ordering.answer(app, number, Command.DECLINE)
    with app.app_context():
        pass_time(NOW)
        assert ordering.look(number).state is OrderState.OPEN
        assert len(db.session.scalars(select(Lecture.id)).all()) == 1


def test_an_instructor_without_free_times_offers_it(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
    li = Client(app).sign_in(LI)
    page = li.get(f"/instructors/{people.chen.id}").text
    assert f"/orders/new?instructor={people.chen.id}" in page
    assert 'class="notice"' in li.get(f"/orders/new?instructor={people.chen.id}").text
