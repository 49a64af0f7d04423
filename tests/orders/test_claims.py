"""Published orders: who may claim them, and what becomes of claims."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.states import State
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.models import Lecture
from booking.orders import service
from booking.orders.claims import queries as claim_queries
from booking.orders.claims import service as claims
from booking.orders.engine.errors import ClaimGone, NotPublished, OrderMovedOn, OutsideWindows
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import ClaimState, OrderClaim
from tests import factories
from tests.factories import NOW, ZONE, Cast, at
from tests.orders import ordering
from tests.orders.ordering import FIRST, ask


def accept(app: Flask, number: str, claim_id: int, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        claims.accept(
            session, number=number, claim_id=claim_id, user_id=people.wang, now=NOW, zone=ZONE
        )


def claim_states(app: Flask) -> list[ClaimState]:
    with app.app_context():
        return list(db.session.scalars(select(OrderClaim.state).order_by(OrderClaim.id)))


def test_one_claim_is_accepted_and_the_others_are_told(app: Flask, people: Cast) -> None:
    number = ordering.published(app, people)
    chen, zhou = ordering.claimed(app, number, ask(people.chen), ask(people.zhou, at(4, 9)))
    accept(app, number, zhou, people)

    assert claim_states(app) == [ClaimState.NOT_ACCEPTED, ClaimState.ACCEPTED]
    with app.app_context():
        order = ordering.look(number)
        assert (order.state, order.published_at) == (OrderState.FULFILLED, None)
        assert order.lecture is not None
        assert (order.lecture.state, order.lecture.starts_at) == (State.CONFIRMED, at(4, 9))
    for decided in (chen, zhou):
        with pytest.raises(ClaimGone):
            accept(app, number, decided, people)


def test_nothing_is_held_before_a_claim_is_accepted(app: Flask, people: Cast) -> None:
    number = ordering.published(app, people)
    (claim_id,) = ordering.claimed(app, number, ask(people.chen))
    factories.requested(app, people, FIRST)
    with pytest.raises(NotBookable):
        accept(app, number, claim_id, people)
    assert ordering.state(app, number) is OrderState.OPEN
    assert claim_states(app) == [ClaimState.WAITING]
    with app.app_context():
        assert db.session.scalars(select(Lecture.state)).all() == [State.REQUESTED]


def test_a_second_claim_of_the_same_instructor_changes_the_time(app: Flask, people: Cast) -> None:
    number = ordering.published(app, people)
    first = ordering.claimed(app, number, ask(people.chen))
    assert ordering.claimed(app, number, ask(people.chen, at(4, 14))) == first
    accept(app, number, first[0], people)
    with app.app_context():
        lecture = ordering.look(number).lecture
        assert lecture is not None
        assert lecture.starts_at == at(4, 14)


@pytest.mark.parametrize(
    ("start", "refusal"),
    [(at(7, 9), OutsideWindows), (at(3, 17), OutsideWindows), (at(3, 9, 10), NotBookable)],
)
def test_a_claim_needs_a_bookable_time_within_the_windows(
    app: Flask, people: Cast, start: object, refusal: type[Exception]
) -> None:
    number = ordering.published(app, people)
    with pytest.raises(refusal):
        ordering.claimed(app, number, ask(people.chen, start))  # type: ignore[arg-type]
    assert claim_states(app) == []


def test_an_order_that_is_not_published_is_not_claimed(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people)
    with pytest.raises(NotPublished):
        ordering.claimed(app, number, ask(people.chen))


def test_a_claim_is_taken_back_before_it_is_decided(app: Flask, people: Cast) -> None:
    number = ordering.published(app, people)
    (claim_id,) = ordering.claimed(app, number, ask(people.chen))
    with app.app_context(), unit_of_work() as session:
        claims.withdraw(session, number=number, instructor_id=people.chen.id, user_id=None, now=NOW)
    assert claim_states(app) == [ClaimState.WITHDRAWN]
    with pytest.raises(ClaimGone):
        accept(app, number, claim_id, people)
    assert ordering.claimed(app, number, ask(people.chen)) == [claim_id]


@pytest.mark.parametrize("ending", ["reject", "cancel", "dispatch"])
def test_claims_end_with_the_order(app: Flask, people: Cast, ending: str) -> None:
    number = ordering.published(app, people)
    ordering.claimed(app, number, ask(people.chen))
    with app.app_context(), unit_of_work() as session:
        if ending == "reject":
            service.reject(session, number=number, reason="不合适", user_id=None, now=NOW)
        elif ending == "cancel":
            service.cancel(session, number=number, user_id=None, now=NOW)
        else:
            ordering.dispatch(session, number, ask(people.zhou))
    waits = ending == "dispatch"
    assert claim_states(app) == [ClaimState.WAITING if waits else ClaimState.NOT_ACCEPTED]
    if waits:
        with pytest.raises(OrderMovedOn):
            ordering.claimed(app, number, ask(people.chen, at(4, 9)))


def test_needs_are_shown_to_those_who_serve_the_region(app: Flask, people: Cast) -> None:
    """Chen belongs to another county of the city, Zhou to another city; neither serves it."""
    number = ordering.published(app, people)
    online = ordering.published(app, people, format=Format.ONLINE)
    here = ordering.published(app, people, region_code=factories.DISTRICT)
    ordering.placed(app, people, region_code=factories.DISTRICT)
    assert number != online
    with app.app_context():
        session = db.session()
        ids = [people.chen.id, people.zhou.id]
        found = claim_queries.published(session, ids, now=NOW)
        assert [(one.order.number, one.instructor_ids) for one in found] == [
            (here, (people.chen.id,))
        ]
        assert claim_queries.to_claim(session, ids, now=NOW) == 1
    ordering.claimed(app, here, ask(people.chen))
    with app.app_context():
        assert claim_queries.to_claim(db.session(), ids, now=NOW) == 0


def test_after_the_last_window_nothing_can_be_claimed(app: Flask, people: Cast) -> None:
    number = ordering.published(app, people, region_code=factories.DISTRICT)
    with app.app_context():
        end = ordering.look(number).expires_at
        assert claim_queries.published(db.session(), [people.chen.id], now=end) == []
