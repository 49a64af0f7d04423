"""Many processes change the same lectures at once and are killed: every invariant holds.

They request, confirm, decline, withdraw, cancel, review, undo, and propose, agree to, refuse and
retract other times and instructors, on 20 instructors with few times.
"""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from booking.accounts.models import Organisation
from booking.availability.engine.intervals import overlaps
from booking.db import db, unit_of_work
from booking.instructors.models import Topic
from booking.lectures.changes import facts
from booking.lectures.engine.replay import replay
from booking.lectures.engine.transitions import HOLDING
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.lectures.proposals.models import Proposal
from booking.orders.engine.lifecycle import LIVE, OrderState
from booking.orders.models import OfferState, Order, OrderHistory, OrderOffer
from booking.outbox.models import OutboxEvent
from tests import databases, extent, factories
from tests.concurrency import actor
from tests.concurrency.province import Place
from tests.concurrency.server import Running, environment
from tests.lectures.histories import entries

PROCESSES, THREADS, SECONDS = (10, 20, 60) if extent.WHOLE else (3, 6, 6)
INSTRUCTORS = 20
KILL_EVERY = 3.0


class Crew:
    """The processes; one of them is killed now and then, and another takes its place."""

    def __init__(self, place: Place, chance: random.Random) -> None:
        self._place, self._chance = place, chance
        self._env = environment(place.url, place.folder)
        self._seeds = iter(range(10_000))
        self._running = [self._begin() for _number in range(PROCESSES)]
        self.kills = 0

    def _begin(self) -> Running:
        seed = str(next(self._seeds))
        folder = str(self._place.folder)
        arguments = ["tests.concurrency.actor", self._place.url, folder, seed, str(THREADS)]
        log = self._place.folder / f"process-{seed}.log"
        return Running(arguments, self._env, log)

    def wait(self) -> None:
        """Wait until all are at work."""
        for one in self._running:
            one.wait_for(actor.READY)

    def kill_one(self) -> None:
        """`kill -9` one, and start another."""
        place = self._chance.randrange(PROCESSES)
        self._running[place].kill()
        self.kills += 1
        self._running[place] = self._begin()

    def stop(self) -> None:
        """`kill -9` all."""
        for one in self._running:
            one.kill()


def _prepare(place: Place) -> None:
    """19 instructors more, and reviews for some branches."""
    with databases.running(place.url, place.folder) as app, app.app_context():
        with unit_of_work() as session:
            for number in range(1, INSTRUCTORS):
                instructor_id = factories.make_instructor(session, f"讲师{number}", minutes=(60,))
                factories.open_hours(session, instructor_id, weekdays=range(7), start=8, end=20)
            for branch in session.scalars(select(Organisation).where(Organisation.id % 4 == 0)):
                branch.reviews = True
            for branch in session.scalars(select(Organisation)):
                branch.open_limit = branch.daily_limit = branch.quarter_limit = 1000
        assert len(db.session.scalars(select(Topic)).all()) == INSTRUCTORS


def _acknowledged(folder: Path) -> tuple[set[tuple[str, int]], list[str]]:
    """What was acknowledged, as numbers with the id of the row of history; and the errors."""
    done, errors = set(), []
    for file in folder.glob("actor-*.log"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("error "):
                errors.append(line)
            else:
                number, row = line.split()
                done.add((number, int(row)))
    return done, errors


def test_invariants_hold_among_races_and_kills(place: Place) -> None:
    _prepare(place)
    chance = random.Random(place.kind)
    with ExitStack() as ending:
        crew = Crew(place, chance)
        ending.callback(crew.stop)
        crew.wait()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(KILL_EVERY * chance.uniform(0.5, 1.5))
            crew.kill_one()
    done, errors = _acknowledged(place.folder)
    assert errors == []
    with databases.running(place.url, place.folder) as app, app.app_context():
        _check_acknowledged(done)
        lectures = db.session.scalars(select(Lecture).options(selectinload(Lecture.history))).all()
        _check_histories(list(lectures))
        _check_holds(list(lectures))
        _check_orders(list(lectures))
        print(
            f"\n{place.kind}: {len(done)} changes of {len(lectures)} lectures by {PROCESSES} x "
            f"{THREADS} actors in {SECONDS} s, {crew.kills} kills"
        )
    assert len(done) > 50


def _check_acknowledged(done: set[tuple[str, int]]) -> None:
    """What was acknowledged is in the histories, and each row of these has one event."""
    lectures = select(Lecture.number, HistoryEntry.id).join(HistoryEntry.lecture)
    orders = select(Order.number, OrderHistory.id).join(Order, Order.id == OrderHistory.order_id)
    for query, prefix in ((lectures, "YK"), (orders, "DD")):
        stored = {(number, row) for number, row in db.session.execute(query)}
        assert {one for one in done if one[0].startswith(prefix)} <= stored
        kind = "lecture." if prefix == "YK" else "order."
        events = select(func.count()).where(OutboxEvent.kind.startswith(kind))
        assert db.session.scalar(events) == len(stored)


def _check_orders(lectures: list[Lecture]) -> None:
    """An order is live exactly while its lecture is, and no lecture is of two orders."""
    states = {lecture.id: lecture.state for lecture in lectures}
    orders = db.session.scalars(select(Order)).all()
    for order in orders:
        assert (order.lecture_id is not None) == (order.state in LIVE), order.number
        if order.lecture_id is not None:
            assert states[order.lecture_id] in HOLDING
    named = [order.lecture_id for order in orders if order.lecture_id is not None]
    assert len(named) == len(set(named))
    _check_waiting_list()
    print(f"{len(orders)} orders, {len(named)} with a lecture")


def _check_waiting_list() -> None:
    """A time without a lecture is held for one open order, and no order has two."""
    query = select(OrderOffer, Order, Hold).join(Order, Order.id == OrderOffer.order_id)
    query = query.outerjoin(Hold, Hold.id == OrderOffer.hold_id)
    rows = db.session.execute(query.where(OrderOffer.state == OfferState.HELD)).all()
    for offer, order, hold in rows:
        assert (order.state, order.merged_into_id) == (OrderState.OPEN, None), order.number
        assert hold is not None
        assert hold.lecture_id is None
        assert (hold.starts_at, hold.ends_at) == (offer.starts_at, offer.ends_at)
    assert len({order.id for _offer, order, _hold in rows}) == len(rows)
    kept = db.session.scalar(select(func.count()).where(Hold.lecture_id.is_(None)))
    assert kept == len(rows)
    told = select(func.count()).where(OrderOffer.held_until.is_not(None))
    print(f"{db.session.scalar(told)} times were held for the waiting list, {kept} still are")


def _check_histories(lectures: list[Lecture]) -> None:
    for lecture in lectures:
        told = replay(entries(lecture))
        present = (lecture.state, facts(lecture), lecture.sequence)
        assert (told.state, told.facts, told.sequence) == present
    numbers = sorted(int(lecture.number[-6:]) for lecture in lectures)
    assert numbers == list(range(1, len(lectures) + 1))


def _check_holds(lectures: list[Lecture]) -> None:
    """Each lecture holds its own time and those of its open proposal; lectures never overlap."""
    held: dict[int, list[Hold]] = {}
    for hold in db.session.scalars(select(Hold).order_by(Hold.starts_at)):
        held.setdefault(hold.lecture_id or -hold.id, []).append(hold)
    query = select(Proposal).where(Proposal.state == "open").options(selectinload(Proposal.options))
    offers = {proposal.lecture_id: proposal for proposal in db.session.scalars(query)}
    for lecture in lectures:
        wanted: list[tuple[int | None, int, datetime, datetime]] = []
        if lecture.state in HOLDING:
            wanted.append((None, lecture.instructor_id, lecture.starts_at, lecture.ends_at))
        for option in offers[lecture.id].options if lecture.id in offers else []:
            wanted.append((option.id, option.instructor_id, option.starts_at, option.ends_at))
        found = [
            (hold.option_id, hold.instructor_id, hold.starts_at, hold.ends_at)
            for hold in held.get(lecture.id, [])
        ]
        assert set(found) == set(wanted), lecture.number
        assert len(found) == len(wanted)
    holds = [hold for some in held.values() for hold in some]
    for one in holds:
        for other in holds:
            of_two = (one.lecture_id or -one.id) < (other.lecture_id or -other.id)
            if of_two and one.instructor_id == other.instructor_id:
                spans = (one.starts_at, one.ends_at), (other.starts_at, other.ends_at)
                assert not overlaps(*spans)
