"""An answer that is taken back within a minute takes the order back with it, or is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.lectures import service as lectures
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import Lecture
from booking.lectures.undo import service as undoing
from booking.orders.engine.errors import AnsweredElsewhere
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import Order
from tests import factories
from tests.factories import NOW, Cast, at
from tests.orders import ordering
from tests.orders.ordering import ask

SOON = NOW + timedelta(seconds=30)


def answer(app: Flask, people: Cast, command: Command, party: Party = Party.INSTRUCTOR) -> str:
    """Give a command as a user; the number of the lecture."""
    with app.app_context():
        number = db.session.scalars(select(Lecture.number).order_by(Lecture.id)).all()[0]
        with unit_of_work() as session:
            lectures.apply_command(
                session,
                number=number,
                command=command,
                parties=frozenset({party}),
                user_id=people.chen.user,
                now=NOW,
                reason="那天另有任务。",
            )
        return number


def undo(app: Flask, people: Cast, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        undoing.undo(session, number=number, user_id=people.chen.user, now=SOON)


@pytest.mark.parametrize(
    ("before", "command", "party", "between", "after"),
    [
        ((), Command.CONFIRM, Party.INSTRUCTOR, OrderState.FULFILLED, OrderState.OFFERED),
        ((), Command.DECLINE, Party.INSTRUCTOR, OrderState.OPEN, OrderState.OFFERED),
        ((), Command.WITHDRAW, Party.BRANCH, OrderState.OPEN, OrderState.OFFERED),
        (
            (Command.CONFIRM,),
            Command.CANCEL,
            Party.INSTRUCTOR,
            OrderState.OPEN,
            OrderState.FULFILLED,
        ),
        (
            (Command.CONFIRM,),
            Command.CANCEL,
            Party.BRANCH,
            OrderState.CANCELLED,
            OrderState.FULFILLED,
        ),
    ],
)
def test_the_order_goes_back_with_the_answer(
    app: Flask,
    people: Cast,
    before: tuple[Command, ...],
    command: Command,
    party: Party,
    between: OrderState,
    after: OrderState,
) -> None:
    number = ordering.dispatched(app, people)
    for earlier in before:
        answer(app, people, earlier)
    lecture = answer(app, people, command, party)
    assert ordering.state(app, number) is between
    undo(app, people, lecture)
    assert ordering.state(app, number) is after
    with app.app_context():
        live = ordering.look(number).lecture
        assert live is not None
        assert live.number == lecture


def test_a_refusal_is_not_taken_back_when_the_next_was_asked(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(app, people, ask(people.chen), ask(people.zhou, at(4, 9)))
    lecture = answer(app, people, Command.DECLINE)
    with pytest.raises(AnsweredElsewhere):
        undo(app, people, lecture)
    with app.app_context():
        live = ordering.look(number).lecture
        assert live is not None
        assert (live.instructor_id, live.state) == (people.zhou.id, State.REQUESTED)


def test_the_order_of_a_direct_booking_ends_when_the_cancellation_is_taken_back(
    app: Flask, people: Cast
) -> None:
    factories.confirmed(app, people)
    lecture = answer(app, people, Command.CANCEL)
    with app.app_context():
        (order,) = db.session.scalars(select(Order))
        number = order.number
        assert order.state is OrderState.OPEN
    undo(app, people, lecture)
    assert ordering.state(app, number) is OrderState.CANCELLED

    answer(app, people, Command.CANCEL)
    with app.app_context():
        states = db.session.scalars(select(Order.state).order_by(Order.id)).all()
        assert states == [OrderState.CANCELLED, OrderState.OPEN]
