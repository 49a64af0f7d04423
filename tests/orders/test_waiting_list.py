"""A branch that waits for an instructor is told first of a free time, and has it for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import Organisation
from booking.availability import service as availability
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import db, unit_of_work
from booking.errors import DomainError, Forbidden
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.errors import TooManyToday
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.unbookable import NotBookable, SlotTaken
from booking.lectures.models import Hold, Lecture
from booking.orders import service
from booking.orders.claims import service as claims
from booking.orders.engine.errors import NotHeld
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.models import OfferState, Order, OrderOffer
from booking.orders.tasks import pass_time
from booking.orders.waiting_list import queries as waiting
from booking.orders.waiting_list import service as waiting_list
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import LI, NOW, ZONE, Cast, at
from tests.orders import ordering
from tests.orders.ordering import FIRST, ask
from tests.proposals import proposing


def waits(app: Flask, people: Cast, **more: object) -> str:
    """An order for Chen at a time that another branch has."""
    values = {"windows": (ordering.window(3, 9, 11),), "instructor_id": people.chen.id}
    return ordering.placed(app, people, **values | more)


def taken(app: Flask, people: Cast) -> str:
    return factories.requested(app, people, FIRST, organisation_id=people.zhao.id)


def decline(app: Flask, lecture: str) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.move(session, lecture, Command.DECLINE, Party.INSTRUCTOR)


def held(app: Flask, number: str) -> OrderOffer | None:
    """The offer that is held for an order."""
    with app.app_context():
        found = [one for one in ordering.look(number).offers if one.state is OfferState.HELD]
        db.session.expunge_all()
    assert len(found) <= 1
    return found[0] if found else None


def decide(
    app: Flask,
    number: str,
    act: Callable[..., Order] = waiting_list.take,
    *,
    party: Party = Party.BRANCH,
    now: object = NOW,
) -> type[DomainError] | None:
    """Take a held time, or let it go; returns what refuses it."""
    with app.app_context():
        try:
            with unit_of_work() as session:
                act(
                    session,
                    number=number,
                    parties=frozenset({party}),
                    user_id=None,
                    now=now,
                    zone=ZONE,
                )
        except DomainError as error:
            return type(error)
    return None


def holds(app: Flask) -> list[tuple[object, ...]]:
    """Start, end, branch and lecture of all holds."""
    query = select(Hold.starts_at, Hold.ends_at, Hold.organisation_id, Hold.lecture_id)
    with app.app_context():
        return [tuple(row) for row in db.session.execute(query.order_by(Hold.starts_at))]


def test_who_waits_first_has_a_freed_time_for_a_day(app: Flask, people: Cast) -> None:
    lecture = taken(app, people)
    first, second = waits(app, people), waits(app, people)
    with app.app_context():
        assert pass_time(NOW) == 0
    decline(app, lecture)
    offer = held(app, first)
    assert offer is not None
    assert (offer.starts_at, offer.ends_at) == ordering.slot(FIRST)
    # The lead time closes the first day at midnight, so that it cannot be held longer.
    assert offer.held_until == at(0, 23, 59)
    assert held(app, second) is None
    assert holds(app) == [(*ordering.slot(FIRST), people.li.id, None)]
    with app.app_context():
        assert len(db.session.scalars(select(Lecture)).all()) == 1
        last = ordering.look(first).history[-1]
        assert (last.command, last.target) == (OrderCommand.HOLD, OrderState.OPEN)


def test_a_later_time_is_held_for_a_whole_day(app: Flask, people: Cast) -> None:
    number = waits(app, people, windows=(ordering.window(4, 9, 11),))
    with app.app_context():
        assert pass_time(NOW) == 1
        assert pass_time(NOW) == 0
    offer = held(app, number)
    assert offer is not None
    assert offer.held_until == NOW + timedelta(days=1)


def test_times_beside_the_windows_are_not_held(app: Flask, people: Cast) -> None:
    """Also where the branch accepts another time: that is for a coordinator to offer."""
    taken(app, people)
    number = waits(app, people, accepts_another_time=True)
    with app.app_context():
        assert pass_time(NOW) == 0
    assert held(app, number) is None


def test_nobody_else_can_book_a_held_time(app: Flask, people: Cast) -> None:
    waits(app, people)
    with app.app_context():
        pass_time(NOW)
    with pytest.raises(SlotTaken):
        taken(app, people)


def test_one_tap_sends_the_ordinary_request(app: Flask, people: Cast) -> None:
    number = waits(app, people)
    with app.app_context():
        pass_time(NOW)
    assert decide(app, number) is None
    with app.app_context():
        order = ordering.look(number)
        assert order.state is OrderState.OFFERED
        assert order.lecture is not None
        assert (order.lecture.starts_at, order.lecture.state) == (FIRST, State.REQUESTED)
        lecture_id = order.lecture_id
    assert holds(app) == [(*ordering.slot(FIRST), people.li.id, lecture_id)]
    assert decide(app, number) is NotHeld
    ordering.answer(app, number, Command.CONFIRM)
    assert ordering.state(app, number) is OrderState.FULFILLED


def test_a_branch_whose_requests_are_reviewed_is_reviewed(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = waits(app, people)
    with app.app_context():
        pass_time(NOW)
    decide(app, number)
    with app.app_context():
        lecture = ordering.look(number).lecture
        assert lecture is not None
        assert lecture.state is State.SUBMITTED
    ordering.answer(app, number, Command.REJECT, Party.BRANCH_COORDINATOR)
    assert ordering.state(app, number) is OrderState.OPEN
    with app.app_context():
        assert pass_time(NOW) == 0


def test_who_lets_it_go_stays_in_the_list_and_the_next_is_told(app: Flask, people: Cast) -> None:
    first, second = waits(app, people), waits(app, people)
    with app.app_context():
        pass_time(NOW)
    assert decide(app, first, waiting_list.let_go) is None
    assert ordering.state(app, first) is OrderState.OPEN
    assert held(app, first) is None
    assert held(app, second) is not None
    with app.app_context():
        assert pass_time(NOW) == 0
    assert decide(app, second, waiting_list.let_go) is None
    assert holds(app) == []
    with app.app_context():
        assert pass_time(NOW) == 0


def test_silence_releases_it_to_the_next(app: Flask, people: Cast) -> None:
    day = {"windows": (ordering.window(4, 9, 11),)}
    first, second = waits(app, people, **day), waits(app, people, **day)
    with app.app_context():
        pass_time(NOW)
        pass_time(NOW + timedelta(days=1, seconds=-1))
    assert held(app, first) is not None
    with app.app_context():
        assert pass_time(NOW + timedelta(days=1)) == 1
    assert held(app, first) is None
    assert held(app, second) is not None
    with app.app_context():
        states = [one.state for one in ordering.look(first).offers]
        assert states == [OfferState.LAPSED]


def test_a_time_cannot_be_taken_when_its_day_is_over(app: Flask, people: Cast) -> None:
    number = waits(app, people)
    with app.app_context():
        pass_time(NOW)
    for act in (waiting_list.take, waiting_list.let_go):
        assert decide(app, number, act, now=at(0, 23, 59)) is NotHeld


def test_who_has_declined_is_not_asked_again_by_itself(app: Flask, people: Cast) -> None:
    number = waits(app, people, windows=(ordering.window(3, 9, 11), ordering.window(4, 9, 11)))
    with app.app_context():
        assert pass_time(NOW) == 1
    assert decide(app, number) is None
    ordering.answer(app, number, Command.DECLINE)
    assert ordering.state(app, number) is OrderState.OPEN
    with app.app_context():
        assert pass_time(NOW + timedelta(minutes=1)) == 0
    assert held(app, number) is None


def test_one_time_at_most_is_held_for_an_order(app: Flask, people: Cast) -> None:
    number = waits(app, people, windows=(ordering.window(3), ordering.window(4)))
    with app.app_context():
        assert pass_time(NOW) == 1
        assert pass_time(NOW + timedelta(minutes=1)) == 0
    assert held(app, number) is not None
    assert len(holds(app)) == 1


def test_a_time_that_is_freed_besides_is_not_held_for_the_same_order(
    app: Flask, people: Cast
) -> None:
    """Who declines is not refused because of it."""
    number = waits(app, people, windows=(ordering.window(3, 9, 11), ordering.window(4, 9, 11)))
    lecture = factories.requested(app, people, at(4, 9), organisation_id=people.zhao.id)
    with app.app_context():
        assert pass_time(NOW) == 1
    decline(app, lecture)
    offer = held(app, number)
    assert offer is not None
    assert offer.starts_at == FIRST
    assert holds(app) == [(*ordering.slot(FIRST), people.li.id, None)]


@pytest.mark.parametrize("ending", ["cancel", "reject", "dispatch", "same time", "accept"])
def test_an_order_that_waits_no_more_frees_its_time_for_the_next(
    app: Flask, people: Cast, ending: str
) -> None:
    first = waits(app, people, windows=(ordering.window(3, 9, 12),))
    second = waits(app, people)
    with app.app_context():
        pass_time(NOW)
    assert held(app, second) is None
    by: dict[str, Any] = {"number": first, "user_id": None, "now": NOW}
    with app.app_context(), unit_of_work() as session:
        if ending == "cancel":
            service.cancel(session, **by)
        elif ending == "reject":
            service.reject(session, reason="暂无", **by)
        elif ending == "accept":
            service.publish(session, open_to_claims=True, **by)
            claims.claim(
                session, number=first, ask=ask(people.zhou), user_id=None, now=NOW, zone=ZONE
            )
            claim_id = ordering.look(first).claims[0].id
            claims.accept(session, claim_id=claim_id, zone=ZONE, **by)
        else:
            teacher = people.zhou if ending == "dispatch" else people.chen
            ordering.dispatch(session, first, ask(teacher))
    assert held(app, first) is None
    assert (held(app, second) is None) == (ending == "same time")


def test_an_order_whose_times_have_passed_frees_its_time(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        rules = RuleSet(BookingRules(notice_days=0))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    number = waits(app, people)
    with app.app_context():
        pass_time(at(3, 8))
        assert ordering.look(number).offers[0].held_until == FIRST
        pass_time(at(3, 11))
    assert holds(app) == []
    assert ordering.state(app, number) is OrderState.EXPIRED


def test_a_coordinator_decides_for_a_branch_that_calls(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = waits(app, people)
    with app.app_context():
        pass_time(NOW)
    assert decide(app, number, party=Party.INSTRUCTOR) is Forbidden
    assert decide(app, number, party=Party.BRANCH_COORDINATOR) is None
    with app.app_context():
        lecture = ordering.look(number).lecture
        assert lecture is not None
        assert lecture.state is State.REQUESTED


def test_a_limit_of_the_branch_leaves_the_time_held(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Organisation, people.li.id).daily_limit = 1
    number = waits(app, people)
    with app.app_context():
        pass_time(NOW)
    factories.requested(app, people, at(4, 9))
    assert decide(app, number) is TooManyToday
    assert held(app, number) is not None
    assert len(holds(app)) == 2


def test_a_held_time_counts_for_the_caps_of_others_and_not_for_its_own(
    app: Flask, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        rules = RuleSet(BookingRules(), caps=Caps(day=1))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    first = waits(app, people)
    second = waits(app, people, windows=(ordering.window(3, 14, 17),))
    with app.app_context():
        assert pass_time(NOW) == 1
        assert pass_time(NOW) == 0
    assert held(app, second) is None
    assert decide(app, first) is None


def test_a_held_time_is_one_more_lecture_to_the_caps_of_others(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        rules = RuleSet(BookingRules(), caps=Caps(day=2))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    factories.requested(app, people, at(3, 14), organisation_id=people.zhao.id)
    waits(app, people)
    with app.app_context():
        assert pass_time(NOW) == 1
    with pytest.raises(NotBookable):
        factories.requested(app, people, at(3, 16), organisation_id=people.zhao.id)


def test_hours_that_open_are_found_by_the_worker(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
    number = waits(app, people)
    with app.app_context():
        assert pass_time(NOW) == 0
        with unit_of_work() as session:
            factories.open_hours(session, people.chen.id)
        assert pass_time(NOW + timedelta(minutes=1)) == 1
        assert pass_time(NOW + timedelta(minutes=2)) == 0
    assert held(app, number) is not None


def test_a_moved_lecture_frees_its_time_in_the_same_transaction(app: Flask, people: Cast) -> None:
    lecture = factories.confirmed(app, people, FIRST, organisation_id=people.zhao.id)
    number = waits(app, people)
    proposal = proposing.propose(app, lecture, [at(4, 9)])
    proposing.agree(app, lecture, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    assert held(app, number) is not None


def test_orders_without_a_free_time_keep_no_younger_one_waiting(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "A_ROUND", 1)
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
    waits(app, people)
    waits(app, people, instructor_id=people.zhou.id)
    with app.app_context():
        minutes = [NOW, NOW + timedelta(minutes=1)]
        found = [waiting.due(db.session(), now=now, zone=ZONE) for now in minutes]
    assert sorted(one.instructor_id for some in found for one in some) == [people.zhou.id]


def test_a_round_asks_as_much_of_the_database_for_many_orders_as_for_few(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
    counts = []
    for _number in range(2):
        for _more in range(3):
            waits(app, people)
        with app.app_context(), queries() as seen:
            assert pass_time(NOW) == 0
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_cancellation_asks_as_much_for_many_who_wait_as_for_few(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    """Those who wait cannot use the freed time: their topic is longer than their window."""
    counts = []
    for number in range(2):
        lecture = factories.requested(
            app, people, at(3 + number, 9), organisation_id=people.zhao.id
        )
        for _more in range(4):
            waits(app, people, windows=(ordering.window(3, 9, 10), ordering.window(4, 9, 10)))
        with app.app_context(), queries() as seen, unit_of_work() as session:
            factories.move(session, lecture, Command.DECLINE, Party.INSTRUCTOR)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_cancellation_looks_at_a_bounded_number_and_holds_a_few(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lecture = taken(app, people)
    with app.app_context(), unit_of_work() as session:
        session.get_one(Organisation, people.li.id).open_limit = 50
    numbers = [waits(app, people, windows=(ordering.window(3),)) for _number in range(5)]
    monkeypatch.setattr(waiting, "MOST_LOOKED_AT", 4)
    monkeypatch.setattr(waiting_list, "MOST_HELD", 2)
    decline(app, lecture)
    assert [held(app, number) is not None for number in numbers] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_cancellation_leaves_orders_beyond_its_number_to_the_worker(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest order cannot use the freed time, and is the only one that is looked at."""
    monkeypatch.setattr(waiting, "MOST_LOOKED_AT", 1)
    lecture = taken(app, people)
    waits(app, people, windows=(ordering.window(3, 9, 10),))
    number = waits(app, people)
    decline(app, lecture)
    assert held(app, number) is None


def test_an_instructor_without_free_times_offers_it(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
    li = Client(app).sign_in(LI)
    page = li.get(f"/instructors/{people.chen.id}").text
    assert f"/orders/new?instructor={people.chen.id}" in page
    assert 'class="notice"' in li.get(f"/orders/new?instructor={people.chen.id}").text
