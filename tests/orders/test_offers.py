"""Orders that are dispatched: to one, to several in turn, and what the answers do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.db import db, unit_of_work
from booking.errors import Forbidden, NotFound
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.expiry import rounds
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import Hold, Lecture
from booking.orders import service
from booking.orders.changes import change, locked_order
from booking.orders.engine.errors import (
    LectureDecides,
    NothingChosen,
    OrderMovedOn,
    OutsideWindows,
    WindowPassed,
)
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.engine.needs import UnmetReason
from booking.orders.models import OfferState, Order, OrderOffer
from booking.orders.offers import service as offers
from booking.orders.tasks import pass_time as order_time
from tests import factories
from tests.factories import NOW, ZONE, Cast, at
from tests.orders import ordering
from tests.orders.ordering import FIRST, ask


def states(number: str) -> list[OfferState]:
    query = select(OrderOffer.state).join(Order).where(Order.number == number)
    return list(db.session.scalars(query.order_by(OrderOffer.id)))


def test_a_dispatched_order_holds_the_time_and_is_fulfilled_by_acceptance(
    app: Flask, people: Cast
) -> None:
    number = ordering.dispatched(app, people)
    with app.app_context():
        lecture = ordering.lecture_of(number)
        assert lecture is not None
        assert (lecture.state, lecture.starts_at) == (State.REQUESTED, FIRST)
        assert (lecture.organisation_id, lecture.attendees) == (people.li.id, 40)
        assert db.session.scalar(select(func.count()).select_from(Hold)) == 1
    assert ordering.state(app, number) is OrderState.OFFERED

    ordering.answer(app, number, Command.CONFIRM)

    with app.app_context():
        assert ordering.look(number).state is OrderState.FULFILLED
        assert states(number) == [OfferState.ACCEPTED]


def test_a_refusal_brings_the_next_in_turn_and_the_last_one_opens_the_order(
    app: Flask, people: Cast
) -> None:
    later = ask(people.zhou, at(4, 14))
    number = ordering.dispatched(app, people, ask(people.chen), later)
    ordering.answer(app, number, Command.DECLINE)

    with app.app_context():
        lecture = ordering.lecture_of(number)
        assert lecture is not None
        assert (lecture.instructor_id, lecture.starts_at) == (people.zhou.id, at(4, 14))
        assert ordering.look(number).state is OrderState.OFFERED
    ordering.answer(app, number, Command.DECLINE)

    with app.app_context():
        order = ordering.look(number)
        assert (order.state, order.lecture_id) == (OrderState.OPEN, None)
        assert states(number) == [OfferState.DECLINED, OfferState.DECLINED]
        assert db.session.scalar(select(func.count()).select_from(Hold)) == 0


def test_silence_brings_the_next_too(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(
        app,
        people,
        ask(people.chen, at(9, 9)),
        ask(people.zhou, at(9, 9)),
        windows=(ordering.window(9),),
    )
    with app.app_context():
        pass_time(NOW + timedelta(days=3, hours=9))
        lecture = ordering.lecture_of(number)
        assert lecture is not None
        assert lecture.instructor_id == people.zhou.id
        assert states(number) == [OfferState.EXPIRED, OfferState.ASKED]


def test_who_is_not_free_when_the_turn_comes_is_asked_for_the_nearest_time(
    app: Flask, people: Cast
) -> None:
    number = ordering.dispatched(app, people, ask(people.chen), ask(people.zhou, at(3, 14)))
    factories.requested(
        app,
        people,
        at(3, 14),
        instructor_id=people.zhou.id,
        topic_id=people.zhou.topic,
        organisation_id=people.zhao.id,
        region_code=factories.OTHER_DISTRICT,
    )
    ordering.answer(app, number, Command.DECLINE)
    with app.app_context():
        lecture = ordering.lecture_of(number)
        assert lecture is not None
        assert lecture.instructor_id == people.zhou.id
        assert lecture.starts_at != at(3, 14)
        window = ordering.look(number).windows
        assert any(one.value().contains((lecture.starts_at, lecture.ends_at)) for one in window)


def test_who_has_no_time_left_is_passed_over(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(
        app,
        people,
        ask(people.chen),
        ask(people.zhou),
        windows=(ordering.window(3, 9, 11),),
    )
    factories.requested(
        app,
        people,
        FIRST,
        instructor_id=people.zhou.id,
        topic_id=people.zhou.topic,
        organisation_id=people.zhao.id,
    )
    ordering.answer(app, number, Command.DECLINE)
    assert ordering.state(app, number) is OrderState.OPEN
    with app.app_context():
        assert states(number) == [OfferState.DECLINED, OfferState.IMPOSSIBLE]


def test_a_taken_time_is_refused_and_the_order_stays_open(app: Flask, people: Cast) -> None:
    factories.requested(app, people, FIRST)
    number = ordering.placed(app, people)
    with app.app_context():
        with pytest.raises(NotBookable), unit_of_work() as session:
            ordering.dispatch(session, number, ask(people.chen))
        assert ordering.look(number).state is OrderState.OPEN
        assert states(number) == []


@pytest.mark.parametrize(
    ("start", "accepts", "refused"),
    [(at(7, 9), False, True), (at(7, 9), True, False), (at(3, 17), False, True)],
)
def test_times_outside_the_windows_need_the_consent_of_the_branch(
    app: Flask, people: Cast, start: object, accepts: bool, refused: bool
) -> None:
    number = ordering.placed(app, people, accepts_another_time=accepts)
    with app.app_context():
        one = ask(people.chen, start)  # type: ignore[arg-type]
        if refused:
            with pytest.raises(OutsideWindows), unit_of_work() as session:
                ordering.dispatch(session, number, one)
        else:
            with unit_of_work() as session:
                ordering.dispatch(session, number, one)
    assert ordering.state(app, number) is (OrderState.OPEN if refused else OrderState.OFFERED)


def test_an_offer_is_taken_back_and_dispatched_again(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(app, people, ask(people.chen), ask(people.zhou, at(4, 9)))
    with app.app_context():
        with unit_of_work() as session:
            offers.recall(session, number=number, user_id=people.wang, now=NOW)
        assert ordering.look(number).state is OrderState.OPEN
        assert states(number) == [OfferState.RECALLED, OfferState.DROPPED]
        withdrawn = db.session.scalars(select(Lecture.state)).all()
        assert withdrawn == [State.WITHDRAWN]
        with unit_of_work() as session:
            ordering.dispatch(session, number, ask(people.chen))
    assert ordering.state(app, number) is OrderState.OFFERED


def test_the_branch_withdraws_the_request_on_its_page(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(app, people, ask(people.chen), ask(people.zhou, at(4, 9)))
    ordering.answer(app, number, Command.WITHDRAW, Party.BRANCH)
    with app.app_context():
        assert ordering.look(number).state is OrderState.OPEN
        assert states(number) == [OfferState.RECALLED, OfferState.DROPPED]


def test_cancelling_an_offered_order_withdraws_its_request(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(app, people)
    with app.app_context():
        with unit_of_work() as session:
            service.cancel(session, number=number, user_id=people.li.user, now=NOW)
        assert ordering.look(number).state is OrderState.CANCELLED
        assert db.session.scalars(select(Lecture.state)).all() == [State.WITHDRAWN]
        assert db.session.scalar(select(func.count()).select_from(Hold)) == 0


def test_a_fulfilled_order_is_cancelled_by_its_lecture(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(app, people)
    ordering.answer(app, number, Command.CONFIRM)
    with app.app_context(), pytest.raises(LectureDecides), unit_of_work() as session:
        service.cancel(session, number=number, user_id=people.li.user, now=NOW)

    ordering.answer(app, number, Command.CANCEL, Party.BRANCH)
    assert ordering.state(app, number) is OrderState.CANCELLED


def test_two_dispatches_leave_one_live_lecture(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(app, people)
    with app.app_context():
        with pytest.raises(OrderMovedOn), unit_of_work() as session:
            ordering.dispatch(session, number, ask(people.zhou, at(4, 9)))
        assert db.session.scalar(select(func.count()).select_from(Lecture)) == 1


def test_nobody_and_a_topic_of_another_are_refused(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people)
    with app.app_context():
        with pytest.raises(NothingChosen), unit_of_work() as session:
            ordering.dispatch(session, number)
        foreign = ask(people.chen)._replace(topic_id=people.zhou.topic)
        with pytest.raises(NotFound), unit_of_work() as session:
            ordering.dispatch(session, number, foreign)


def test_an_open_order_expires_with_its_last_window(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people)
    with app.app_context():
        end = ordering.look(number).expires_at
        assert order_time(end - timedelta(seconds=1)) == 0
        assert order_time(end) == 1
        assert order_time(end) == 0
        order = ordering.look(number)
        assert (order.state, order.unmet) == (OrderState.EXPIRED, UnmetReason.NOBODY)
        with pytest.raises(OrderMovedOn), unit_of_work() as session:
            offers.dispatch(
                session, number=number, asks=[ask(people.chen)], user_id=None, now=end, zone=ZONE
            )


def test_orders_wait_with_requests_for_a_clock_that_may_be_wrong(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people)
    factories.requested(app, people)
    later = NOW + timedelta(days=40)
    with app.app_context():
        pass_time(NOW)
        pass_time(later)
        assert order_time(later) == 0
        assert ordering.look(number).state is OrderState.OPEN
        with unit_of_work() as session:
            rounds.confirm(session)
        assert order_time(later) == 1


def test_nothing_is_dispatched_after_the_last_window(app: Flask, people: Cast) -> None:
    number, later, asks = ordering.placed(app, people), at(8, 9), [ask(people.chen)]
    with app.app_context(), pytest.raises(WindowPassed), unit_of_work() as session:
        offers.dispatch(session, number=number, asks=asks, user_id=None, now=later, zone=ZONE)


def test_what_was_refused_is_kept_as_such(app: Flask, people: Cast) -> None:
    number = ordering.dispatched(app, people)
    ordering.answer(app, number, Command.DECLINE)
    with app.app_context():
        order_time(at(9, 9))
        order = ordering.look(number)
        assert (order.state, order.unmet) == (OrderState.EXPIRED, UnmetReason.REFUSED)


def test_only_the_parties_of_the_table_act(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people)
    with app.app_context(), pytest.raises(Forbidden), unit_of_work() as session:
        change(
            session,
            locked_order(session, number),
            OrderCommand.DISPATCH,
            parties=frozenset({Party.BRANCH}),
            user_id=None,
            now=NOW,
        )
