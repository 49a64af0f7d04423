"""Lectures of two instructors under any sequence of wishes, commands and passing time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, select
from sqlalchemy.orm import selectinload

from booking.availability.engine.intervals import overlaps
from booking.calendars.models import FeedRevision, RenderedEvent
from booking.db import db, unit_of_work
from booking.errors import DomainError, Forbidden
from booking.lectures.engine.errors import NotBookable, ReasonMissing, SlotTaken, StateMovedOn
from booking.lectures.engine.lifecycle import find
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import HOLDING, TRANSITIONS
from booking.lectures.expiry import rounds as expiry_rounds
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import HistoryEntry, Hold, Lecture, LectureCounter
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.databases import SqliteTemplate
from tests.extent import examples
from tests.factories import NOW, Cast, at
from tests.lectures.histories import let_go
from tests.orders.ordering import ORDER_TABLES

PLAIN = tuple(dict.fromkeys(row.command for row in TRANSITIONS if row.plain))
WRITTEN = (RenderedEvent, FeedRevision, Hold, HistoryEntry, Lecture, LectureCounter, OutboxEvent)


@dataclass
class Known:
    """What the model knows of a lecture."""

    state: State
    instructor: int
    starts_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=2)

    @property
    def interval(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.ends_at


class Lectures(RuleBasedStateMachine):
    """Does to the services what it does to a dictionary."""

    def __init__(self, app: Flask, people: Cast) -> None:
        super().__init__()
        self.people = people
        self.now = NOW
        self.known: dict[str, Known] = {}
        self.context = app.app_context()
        self.context.push()

    def teardown(self) -> None:
        """The next run begins without lectures."""
        with unit_of_work() as session:
            let_go(session)
            for model in (*ORDER_TABLES, *WRITTEN):
                session.execute(delete(model))
        db.session.remove()
        self.context.pop()

    @rule(
        chen=st.booleans(),
        days=st.sampled_from([3, 4, 5, 7, 8, 9, 1, 0]),
        hour=st.sampled_from([9, 10, 14, 8, 18, 19, 7]),
        half=st.booleans(),
    )
    def request(self, chen: bool, days: int, hour: int, half: bool) -> None:
        teacher = self.people.chen if chen else self.people.zhou
        today = self.now.astimezone(factories.ZONE).date()
        passed = (today - NOW.astimezone(factories.ZONE).date()).days
        starts_at = at(passed + days, hour, 30 * half)
        wanted = (starts_at, starts_at + timedelta(hours=2))
        taken = any(
            one.instructor == teacher.id and one.state in HOLDING and overlaps(one.interval, wanted)
            for one in self.known.values()
        )
        try:
            with unit_of_work() as session:
                number = factories.request(
                    session,
                    self.people,
                    starts_at,
                    now=self.now,
                    instructor_id=teacher.id,
                    topic_id=teacher.topic,
                ).number
        except SlotTaken:
            assert taken
        except NotBookable:
            assert taken or starts_at < self.now + timedelta(days=9) or self._closed(starts_at)
        else:
            assert not taken
            assert not self._closed(starts_at)
            assert starts_at > self.now + timedelta(days=2)
            self.known[number] = Known(State.REQUESTED, teacher.id, starts_at)

    @staticmethod
    def _closed(starts_at: datetime) -> bool:
        local = starts_at.astimezone(factories.ZONE)
        return local.weekday() >= 5 or local.hour < 8 or (local.hour, local.minute) > (18, 0)

    @precondition(lambda self: self.known)
    @rule(
        data=st.data(),
        command=st.sampled_from(PLAIN),
        party=st.sampled_from(Party),
        reason=st.sampled_from(["那天另有任务。", ""]),
    )
    def move(self, data: st.DataObject, command: Command, party: Party, reason: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.known)))
        self._move(number, command, party, reason)

    @precondition(lambda self: self._movable())
    @rule(data=st.data())
    def move_as_the_table_says(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self._movable()))
        state = self.known[number].state
        row = data.draw(
            st.sampled_from([row for row in TRANSITIONS if row.source is state and row.plain])
        )
        party = data.draw(st.sampled_from(sorted(row.who)))
        self._move(number, row.command, party, "那天另有任务。")

    def _movable(self) -> list[str]:
        sources = {row.source for row in TRANSITIONS if row.plain}
        return sorted(number for number, one in self.known.items() if one.state in sources)

    def _move(self, number: str, command: Command, party: Party, reason: str) -> None:
        known = self.known[number]
        row = find(known.state, command)
        try:
            with unit_of_work() as session:
                factories.move(session, number, command, party, now=self.now, reason=reason)
        except StateMovedOn:
            assert row is None
        except Forbidden:
            assert row is not None
            assert party not in row.who
        except ReasonMissing:
            assert row is not None
            assert row.needs_reason
            assert not reason
        except DomainError:
            assert row is not None
            begun = known.starts_at <= self.now
            too_early = command in (Command.DELIVER, Command.EXPIRE)
            assert begun or too_early
        else:
            assert row is not None
            known.state = row.target

    @rule(hours=st.sampled_from([1, 5, 24, 72]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def tick(self) -> None:
        pass_time(self.now)
        with unit_of_work() as session:
            waited = expiry_rounds.confirm(session)  # the clock may have gone ahead by many days
        if waited is not None:
            pass_time(self.now)
        for known in self.known.values():
            if known.state is State.CONFIRMED:
                if known.ends_at + timedelta(hours=24) <= self.now:
                    known.state = State.DELIVERED
            elif known.state is State.REQUESTED:
                self._expire(known)

    def _expire(self, known: Known) -> None:
        query = select(Lecture.reply_due_at).where(
            Lecture.instructor_id == known.instructor, Lecture.starts_at == known.starts_at
        )
        if min(db.session.scalars(query.order_by(Lecture.id.desc())).all()[:1]) <= self.now:
            known.state = State.EXPIRED

    @invariant()
    def the_states_are_those_of_the_model_and_of_history(self) -> None:
        db.session.rollback()
        query = select(Lecture).options(selectinload(Lecture.history))
        found = db.session.scalars(query.execution_options(populate_existing=True)).all()
        assert {one.number: one.state for one in found} == {
            number: known.state for number, known in self.known.items()
        }
        for one in found:
            assert one.history[0].source is None
            for earlier, later in pairwise(one.history):
                assert earlier.target is later.source
                assert later.command is not None
                row = find(earlier.target, later.command)
                assert row is not None
                assert row.target is later.target
            assert one.history[-1].target is one.state

    @invariant()
    def exactly_the_holding_lectures_hold_their_time(self) -> None:
        query = select(Lecture.number, Hold.instructor_id, Hold.starts_at, Hold.ends_at).join_from(
            Hold, Lecture, Hold.lecture_id == Lecture.id
        )
        assert sorted(tuple(row) for row in db.session.execute(query)) == sorted(
            (number, one.instructor, *one.interval)
            for number, one in self.known.items()
            if one.state in HOLDING
        )

    @invariant()
    def no_two_holds_of_an_instructor_overlap(self) -> None:
        query = select(Hold.instructor_id, Hold.starts_at, Hold.ends_at).order_by(
            Hold.instructor_id, Hold.starts_at
        )
        for earlier, later in pairwise(db.session.execute(query).all()):
            assert earlier[0] != later[0] or earlier[2] <= later[1]

    @invariant()
    def numbers_have_no_gaps_and_each_change_has_an_event(self) -> None:
        wanted = {f"YK-2026-{number:06d}" for number in range(1, len(self.known) + 1)}
        assert set(self.known) == wanted or self.now.year > 2026
        events = db.session.scalar(
            select(func.count()).where(OutboxEvent.kind.startswith("lecture."))
        )
        rows = db.session.scalar(select(func.count()).select_from(HistoryEntry))
        assert events == rows


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    """Many short runs: on SQLite only."""
    return sqlite_template.copy_to(tmp_path)


def test_lectures_as_a_state_machine(app: Flask, people: Cast) -> None:
    run_state_machine_as_test(
        lambda: Lectures(app, people),  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples(120),
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
