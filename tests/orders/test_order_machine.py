"""Orders of two branches under any sequence of commands, answers and passing time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from booking.accounts.models import Organisation
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.lectures import service as lectures
from booking.lectures.engine.states import Party, State
from booking.lectures.engine.transitions import HOLDING, TRANSITIONS, WAITING
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.lectures.undo import service as undoing
from booking.orders import guests, service, tasks
from booking.orders.claims import service as claims
from booking.orders.engine.lifecycle import LIVE, UNMET, OrderState, find_transition
from booking.orders.models import (
    ClaimState,
    OfferState,
    Order,
    OrderClaim,
    OrderHistory,
    OrderOffer,
)
from booking.orders.offers import service as offers
from booking.orders.waiting_list import service as waiting_list
from booking.outbox.models import OutboxEvent
from tests.databases import SqliteTemplate
from tests.factories import NOW, ZONE, Cast
from tests.lectures.frame import Machine, run
from tests.orders import ordering
from tests.orders.ordering import ask


class Orders(Machine):
    """Gives any command at any time; what is refused must leave everything as it was."""

    def __init__(self, app: Flask, people: Cast) -> None:
        super().__init__(app, people)
        self.numbers: list[str] = []

    @rule(
        zhao=st.booleans(),
        days=st.sampled_from([3, 4, 7, 9]),
        waits=st.booleans(),
        another=st.booleans(),
    )
    def place(self, zhao: bool, days: int, waits: bool, another: bool) -> None:
        unit = self.people.zhao if zhao else self.people.li
        first = (self.now - NOW).days + days
        try:
            with unit_of_work() as session:
                order = ordering.place(
                    session,
                    self.people,
                    now=self.now,
                    organisation_id=unit.id,
                    windows=(ordering.window(first, 9, 12), ordering.window(first + 1)),
                    instructor_id=self.people.chen.id if waits else None,
                    accepts_another_time=another,
                )
                number = order.number
        except DomainError:
            assert len(self.numbers) >= 20
        else:
            self.numbers.append(number)

    def _one(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.numbers))

    def _ask(self, data: st.DataObject, number: str) -> offers.Ask:
        teacher = data.draw(st.sampled_from([self.people.chen, self.people.zhou]))
        window = data.draw(st.sampled_from(ordering.look(number).windows))
        start = window.starts_at + timedelta(minutes=30 * data.draw(st.integers(0, 6)))
        return ask(teacher, start)

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), several=st.booleans())
    def dispatch(self, data: st.DataObject, several: bool) -> None:
        number = self._one(data)
        asks = [self._ask(data, number) for _one in range(1 + several)]
        self._try(
            lambda session: offers.dispatch(
                session, number=number, asks=asks, user_id=None, now=self.now, zone=ZONE
            )
        )

    @precondition(lambda self: self.numbers)
    @rule(
        data=st.data(),
        act=st.sampled_from(["recall", "publish", "unpublish", "reject", "cancel", "separate"]),
    )
    def command(self, data: st.DataObject, act: str) -> None:
        number, now = self._one(data), self.now
        by: dict[str, Any] = {"number": number, "user_id": None, "now": now}
        acts = {
            "recall": lambda session: offers.recall(session, **by),
            "publish": lambda session: service.publish(session, open_to_claims=True, **by),
            "unpublish": lambda session: service.publish(session, open_to_claims=False, **by),
            "reject": lambda session: service.reject(session, reason="暂无", **by),
            "cancel": lambda session: service.cancel(session, **by),
            "separate": lambda session: guests.separate(session, **by),
        }
        self._try(acts[act])

    @precondition(lambda self: len(self.numbers) > 1)
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        host, guest = self._one(data), self._one(data)
        self._try(
            lambda session: guests.join(
                session, host=host, numbers=[guest], user_id=None, now=self.now
            )
        )

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), first=st.booleans())
    def claim(self, data: st.DataObject, first: bool) -> None:
        number = self._one(data)
        one = self._ask(data, number)
        if first:
            self._try(
                lambda session: service.publish(
                    session, number=number, open_to_claims=True, user_id=None, now=self.now
                )
            )
        self._try(
            lambda session: claims.claim(
                session, number=number, ask=one, user_id=None, now=self.now, zone=ZONE
            )
        )

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        found = db.session.execute(
            select(OrderClaim.id, Order.number).join(Order, Order.id == OrderClaim.order_id)
        ).all()
        if not found:
            return
        claim_id, number = data.draw(st.sampled_from([(row[0], row[1]) for row in found]))
        self._try(
            lambda session: claims.accept(
                session, number=number, claim_id=claim_id, user_id=None, now=self.now, zone=ZONE
            )
        )

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """A command on some lecture, as its table allows."""
        rows = db.session.execute(select(Lecture.number, Lecture.state)).all()
        rows = [row for row in rows if any(one.source is row.state for one in TRANSITIONS)]
        if not rows:
            return
        number, state = data.draw(st.sampled_from([tuple(row) for row in rows]))
        possible = [one for one in TRANSITIONS if one.source is state and one.plain]
        row = data.draw(st.sampled_from(possible))
        party = data.draw(st.sampled_from(sorted(row.who)))
        self._try(
            lambda session: lectures.apply_command(
                session,
                number=number,
                command=row.command,
                parties=frozenset({Party(party)}),
                user_id=self.people.chen.user,
                now=self.now,
                reason="那天另有任务。",
            )
        )

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        numbers = db.session.scalars(select(Lecture.number)).all()
        if numbers:
            number = data.draw(st.sampled_from(list(numbers)))
            self._try(
                lambda session: undoing.undo(
                    session, number=number, user_id=self.people.chen.user, now=self.now
                )
            )

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), takes=st.booleans(), party=st.sampled_from(Party))
    def decide(self, data: st.DataObject, takes: bool, party: Party) -> None:
        """Take the time that is held, or let it go."""
        held = db.session.scalars(
            select(Order.number)
            .join(OrderOffer, OrderOffer.order_id == Order.id)
            .where(OrderOffer.state == OfferState.HELD)
        ).all()
        number = data.draw(st.sampled_from(list(held) or self.numbers))
        act = waiting_list.take if takes else waiting_list.let_go
        self._try(
            lambda session: act(
                session,
                number=number,
                parties=frozenset({party}),
                user_id=None,
                now=self.now,
                zone=ZONE,
            )
        )

    def _try(self, act: Callable[[Session], object]) -> None:
        before = _everything()
        if self.attempt(act) is not None:
            assert _everything() == before

    @rule(hours=st.sampled_from([1, 24, 72]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.pass_time()
        tasks.pass_time(self.now)

    @invariant()
    def states_fit_lectures_and_history(self) -> None:
        db.session.rollback()
        query = select(Order).options(
            selectinload(Order.history), selectinload(Order.offers), selectinload(Order.guests)
        )
        for order in db.session.scalars(query.execution_options(populate_existing=True)):
            _check_history(order)
            _check_lecture(order)
            for guest in order.guests:
                assert order.merged_into_id is None
                assert order.state in (OrderState.OPEN, *LIVE)
                if order.state in LIVE:
                    assert guest.state is order.state
            asked = [one for one in order.offers if one.state is OfferState.ASKED]
            assert len(asked) == (
                order.state is OrderState.OFFERED and order.lecture_id is not None
            )
            assert (order.unmet is not None) == (order.state in UNMET)

    @invariant()
    def only_open_orders_have_claims_and_queues_that_wait(self) -> None:
        query = select(Order.state).join(OrderClaim, OrderClaim.order_id == Order.id)
        waiting = db.session.scalars(query.where(OrderClaim.state == ClaimState.WAITING)).all()
        assert set(waiting) <= {OrderState.OPEN, OrderState.OFFERED, OrderState.FULFILLED}
        queued = db.session.scalars(
            select(Order.state)
            .join(OrderOffer, OrderOffer.order_id == Order.id)
            .where(OrderOffer.state == OfferState.WAITING)
        ).all()
        assert set(queued) <= {OrderState.OFFERED}

    @invariant()
    def each_change_has_one_event_and_numbers_have_no_gaps(self) -> None:
        events = Counter(
            kind.partition(".")[0] for kind in db.session.scalars(select(OutboxEvent.kind))
        )
        for name, model in (("order", OrderHistory), ("lecture", HistoryEntry)):
            rows = db.session.scalar(select(func.count()).select_from(model))
            assert events[name] == rows
        found = db.session.scalars(select(Order.number).order_by(Order.id)).all()
        assert sorted(found) == [f"DD-2026-{n:06d}" for n in range(1, len(found) + 1)]

    @invariant()
    def each_held_time_is_of_one_order_that_waits(self) -> None:
        query = select(OrderOffer, Order, Hold).join(Order, Order.id == OrderOffer.order_id)
        query = query.outerjoin(Hold, Hold.id == OrderOffer.hold_id)
        found = db.session.execute(query.where(OrderOffer.state == OfferState.HELD)).all()
        for offer, order, hold in found:
            assert (order.state, order.merged_into_id) == (OrderState.OPEN, None)
            assert offer.instructor_id == order.instructor_id == hold.instructor_id
            assert (offer.starts_at, offer.ends_at) == (hold.starts_at, hold.ends_at)
            assert hold.lecture_id is None
            assert any(
                one.value().contains((hold.starts_at, hold.ends_at)) for one in order.windows
            )
        assert len({order.id for _offer, order, _hold in found}) == len(found)
        kept = select(func.count()).select_from(Hold).where(Hold.lecture_id.is_(None))
        assert db.session.scalar(kept) == len(found)

    @invariant()
    def no_two_holds_of_an_instructor_overlap(self) -> None:
        query = select(Hold.instructor_id, Hold.starts_at, Hold.ends_at).order_by(
            Hold.instructor_id, Hold.starts_at
        )
        for earlier, later in pairwise(db.session.execute(query).all()):
            assert earlier[0] != later[0] or earlier[2] <= later[1]


def _everything() -> list[tuple[object, ...]]:
    """What a refused command must not change."""
    db.session.rollback()
    tables = (Order.__table__, OrderOffer.__table__, OrderClaim.__table__, OrderHistory.__table__)
    tables += (Lecture.__table__, Hold.__table__, OutboxEvent.__table__)  # type: ignore[assignment]
    return [tuple(row) for table in tables for row in db.session.execute(table.select())]


def _check_history(order: Order) -> None:
    assert order.history[0].source is None
    for earlier, later in pairwise(order.history):
        assert earlier.target is later.source
        assert later.command is not None
        row = find_transition(earlier.target, later.command)
        assert row is not None
        assert row.target is later.target
        assert later.party in row.who
    assert order.history[-1].target is order.state


def _check_lecture(order: Order) -> None:
    if order.state not in LIVE:
        assert order.lecture_id is None
        return
    if order.merged_into_id is not None:
        assert order.lecture_id is None
        return
    lecture: Lecture | None = db.session.get(Lecture, order.lecture_id)
    assert lecture is not None
    if order.state is OrderState.OFFERED:
        assert lecture.state in WAITING
    else:
        assert lecture.state in (HOLDING - WAITING) | {State.NOT_HELD}


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    """Many short runs: on SQLite only."""
    return sqlite_template.copy_to(tmp_path)


def test_orders_as_a_state_machine(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Organisation, people.zhao.id).reviews = True
    run(lambda: Orders(app, people), runs=50, steps=30)
