"""Several act on one order at once: one wins, nobody sees a deadlock, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.availability import service as availability
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Hold, Lecture
from booking.orders import guests, service
from booking.orders.claims import service as claims
from booking.orders.engine.lifecycle import LIVE, OrderState
from booking.orders.models import OfferState, Order, OrderClaim, OrderHistory, OrderOffer
from booking.orders.offers import service as offers
from booking.orders.tasks import pass_time
from booking.orders.waiting_list import service as waiting_list
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.factories import NOW, ZONE, Cast, at
from tests.orders import ordering
from tests.orders.ordering import ask

Act = Callable[[Session], object]


def race(app: Flask, acts: Sequence[Act]) -> list[type[Exception] | None]:
    """What each of the threads is told; any other error than a refusal fails the test."""
    barrier = Barrier(len(acts))

    def run(act: Act) -> type[Exception] | None:
        with app.app_context():
            barrier.wait(timeout=20)
            try:
                with unit_of_work() as session:
                    act(session)
            except DomainError as refused:
                return type(refused)
            finally:
                db.session.remove()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def check(app: Flask) -> None:
    """One live lecture per order, one hold per live lecture, one event per change."""
    with app.app_context():
        for order in db.session.scalars(select(Order)):
            assert (order.lecture_id is not None) == (
                order.state in LIVE and order.merged_into_id is None
            )
        lectures = db.session.scalar(select(func.count()).select_from(Lecture))
        holds = db.session.scalar(select(func.count(Hold.lecture_id)))
        assert (holds or 0) <= (lectures or 0)
        events = select(func.count()).where(OutboxEvent.kind.startswith("order."))
        rows = select(func.count()).select_from(OrderHistory)
        assert db.session.scalar(events) == db.session.scalar(rows)


def dispatch(number: str, one: offers.Ask) -> Act:
    return lambda session: offers.dispatch(
        session, number=number, asks=[one], user_id=None, now=NOW, zone=ZONE
    )


def test_of_several_dispatches_one_makes_a_lecture(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people)
    both = (people.chen, people.zhou)
    asks = [ask(one, start) for one in both for start in (at(3, 9), at(4, 9))]
    told = race(app, [dispatch(number, one) for one in asks])
    assert told.count(None) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Lecture)) == 1
    check(app)


def test_one_time_goes_to_one_of_several_orders(app: Flask, people: Cast) -> None:
    numbers = [ordering.placed(app, people) for _one in range(4)]
    told = race(app, [dispatch(number, ask(people.chen)) for number in numbers])
    assert told.count(None) == 1
    check(app)


def test_queues_in_opposite_order(app: Flask, people: Cast) -> None:
    """Coordinators ask the same two instructors, each another one first."""
    numbers = [ordering.placed(app, people) for _one in range(4)]
    chen, zhou = ask(people.chen), ask(people.zhou)

    def queue(number: str, asks: list[offers.Ask]) -> Act:
        return lambda session: offers.dispatch(
            session, number=number, asks=asks, user_id=None, now=NOW, zone=ZONE
        )

    told = race(
        app,
        [
            queue(number, [chen, zhou] if turn % 2 else [zhou, chen])
            for turn, number in enumerate(numbers)
        ],
    )
    assert told.count(None) == 2
    check(app)


def test_two_claims_are_kept_and_one_is_accepted(app: Flask, people: Cast) -> None:
    number = ordering.published(app, people)

    def claim(one: offers.Ask) -> Act:
        return lambda session: claims.claim(
            session, number=number, ask=one, user_id=None, now=NOW, zone=ZONE
        )

    told = race(app, [claim(ask(people.chen)), claim(ask(people.zhou)), claim(ask(people.zhou))])
    assert told == [None] * 3
    with app.app_context():
        ids = list(db.session.scalars(select(OrderClaim.id)))
    assert len(ids) == 2

    def accept(claim_id: int) -> Act:
        return lambda session: claims.accept(
            session, number=number, claim_id=claim_id, user_id=None, now=NOW, zone=ZONE
        )

    told = race(app, [accept(one) for one in ids * 2])
    assert told.count(None) == 1
    assert ordering.state(app, number) is OrderState.FULFILLED
    check(app)


@pytest.mark.parametrize("turn", range(3))
def test_answers_recalls_and_cancellations_do_not_block_each_other(
    app: Flask, people: Cast, turn: int
) -> None:
    number = ordering.dispatched(app, people, ask(people.chen), ask(people.zhou, at(4, 9)))
    with app.app_context():
        lecture = db.session.scalars(select(Lecture.number)).one()

    def answer(command: Command) -> Act:
        return lambda session: factories.move(session, lecture, command, Party.INSTRUCTOR)

    by: dict[str, Any] = {"number": number, "user_id": None, "now": NOW}
    acts: list[Act] = [
        answer(Command.DECLINE),
        lambda session: offers.recall(session, **by),
        answer(Command.CONFIRM),
        lambda session: service.cancel(session, **by),
    ]
    told = race(app, acts[turn:] + acts[:turn])
    assert None in told
    check(app)


def test_two_who_join_each_other(app: Flask, people: Cast) -> None:
    one, other = ordering.placed(app, people), ordering.placed(app, people)

    def join(host: str, guest: str) -> Act:
        return lambda session: guests.join(
            session, host=host, numbers=[guest], user_id=None, now=NOW
        )

    told = race(app, [join(one, other), join(other, one), dispatch(one, ask(people.chen))])
    assert None in told
    check(app)


def test_numbers_have_no_gaps(app: Flask, people: Cast) -> None:
    told = race(app, [lambda session: ordering.place(session, people) for _one in range(4)])
    assert told == [None] * 4
    with app.app_context():
        numbers = db.session.scalars(select(Order.number).order_by(Order.number)).all()
    assert numbers == [f"DD-2026-{number:06d}" for number in range(1, 5)]


def waits(app: Flask, people: Cast, **more: Any) -> str:
    values: dict[str, Any] = {
        "windows": (ordering.window(3), ordering.window(4)),
        "instructor_id": people.chen.id,
    }
    return ordering.placed(app, people, **values | more)


def held(app: Flask) -> list[str]:
    """The numbers of the orders for which a time is held; each has one hold."""
    query = select(Order.number).join(OrderOffer, OrderOffer.order_id == Order.id)
    query = query.where(OrderOffer.state == OfferState.HELD).order_by(Order.id)
    with app.app_context():
        numbers = list(db.session.scalars(query))
        kept = db.session.scalar(select(func.count()).where(Hold.lecture_id.is_(None)))
    assert len(numbers) == len(set(numbers)) == kept
    return numbers


def decide(act: Callable[..., Order], number: str) -> Act:
    branch = frozenset({Party.BRANCH})
    return lambda session: act(
        session, number=number, parties=branch, user_id=None, now=NOW, zone=ZONE
    )


def test_a_held_time_is_decided_once(app: Flask, people: Cast) -> None:
    first, second = waits(app, people), waits(app, people)
    with app.app_context():
        pass_time(NOW)
    assert held(app) == [first, second]
    later = NOW + timedelta(days=1)
    told = race(
        app,
        [
            decide(waiting_list.take, first),
            decide(waiting_list.let_go, first),
            lambda session: waiting_list.lapse(session, first, now=later, zone=ZONE),
            lambda session: service.cancel(session, number=second, user_id=None, now=NOW),
            dispatch(first, ask(people.zhou)),
        ],
    )
    check(app)
    order_held = held(app)
    with app.app_context():
        order = ordering.look(first)
        assert (order.state is OrderState.OFFERED) == (order.lecture_id is not None)
        assert second not in order_held
        assert not (order.lecture_id is not None and first in order_held)
    assert told.count(None) >= 2


def test_times_that_are_freed_at_once_go_to_different_orders(app: Flask, people: Cast) -> None:
    lectures = [
        factories.requested(app, people, at(day, hour), organisation_id=people.zhao.id)
        for day, hour in ((3, 9), (4, 9))
    ]
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
        factories.open_hours(session, people.chen.id, start=9, end=11)
    numbers = [waits(app, people) for _one in range(2)]
    with app.app_context():
        assert pass_time(NOW) == 0

    def decline(number: str) -> Act:
        return lambda session: factories.move(session, number, Command.DECLINE, Party.INSTRUCTOR)

    assert race(app, [decline(number) for number in lectures]) == [None, None]
    with app.app_context():
        pass_time(NOW)
    assert held(app) == numbers
    check(app)
