"""A history alone gives the present state, facts and SEQUENCE, whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Audience
from booking.lectures import changes, service
from booking.lectures.corrections import service as corrections
from booking.lectures.engine.replay import BrokenHistory, Entry, replay
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.records import service as records
from booking.lectures.records.models import LectureOutcome
from booking.lectures.undo import service as undo_service
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.factories import NOW, ZONE, Cast, at
from tests.lectures.histories import entries

REVIEWER, TEACHER, UNIT = Party.BRANCH_COORDINATOR, Party.INSTRUCTOR, Party.BRANCH
OVER = timedelta(days=30)


class Life:
    """One lecture, and the time that passes."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast, self.now = session, cast, NOW
        self.number = factories.request(session, cast, at(10, 9)).number

    def step(self, command: Command, party: Party) -> None:
        """A plain command a moment later."""
        self.now += timedelta(seconds=1)
        service.apply_command(
            self.session,
            number=self.number,
            command=command,
            parties=frozenset({party}),
            user_id=self.cast.wang,
            now=self.now,
            reason="缘由",
        )

    def undo(self) -> None:
        """Take the last step back."""
        self.now += timedelta(seconds=1)
        undo_service.undo(self.session, number=self.number, user_id=self.cast.wang, now=self.now)

    def correct(self, start: datetime) -> None:
        """Submit the request again with other values."""
        self.now += timedelta(seconds=1)
        corrected = replace(
            factories.booking_request(self.cast, start),
            place="三楼",
            audience=Audience.CADRES,
            attendees=7,
        )
        corrections.resubmit(
            self.session,
            number=self.number,
            corrected=corrected,
            parties=frozenset({UNIT}),
            user_id=self.cast.li.user,
            now=self.now,
            zone=ZONE,
        )

    def record(self) -> None:
        """File the record as planned."""
        filing = records.Filing(frozenset({REVIEWER}), self.cast.wang, self.now)
        records.file(
            self.session, number=self.number, held=None, filing=filing, minutes_per_hour=45
        )

    def not_held(self) -> None:
        """Record that it did not take place."""
        records.not_held(
            self.session,
            number=self.number,
            outcome=LectureOutcome.PLACE,
            note="停电",
            filing=records.Filing(frozenset({REVIEWER}), self.cast.wang, self.now),
        )

    def later(self) -> None:
        """Time passes until the lecture is over."""
        self.now += OVER


def _reviewed(life: Life) -> None:
    life.step(Command.RETURN, REVIEWER)
    life.correct(at(11, 14))
    life.step(Command.RETURN, REVIEWER)
    life.undo()
    life.step(Command.REJECT, REVIEWER)
    life.undo()
    life.step(Command.APPROVE, REVIEWER)
    life.step(Command.CONFIRM, TEACHER)


def _answered(life: Life) -> None:
    life.step(Command.APPROVE, REVIEWER)
    life.undo()
    life.step(Command.APPROVE, REVIEWER)
    life.step(Command.DECLINE, TEACHER)
    life.undo()
    life.step(Command.WITHDRAW, UNIT)
    life.undo()
    life.step(Command.CONFIRM, TEACHER)
    life.step(Command.CANCEL, UNIT)
    life.undo()


def _delivered(life: Life) -> None:
    _answered(life)
    life.later()
    life.record()
    life.undo()
    life.record()
    life.record()
    life.not_held()
    life.undo()


def _not_held(life: Life) -> None:
    _reviewed(life)
    life.later()
    life.not_held()


def _expired(life: Life) -> None:
    life.step(Command.RETURN, REVIEWER)
    service.apply_command(
        life.session,
        number=life.number,
        command=Command.EXPIRE,
        parties=frozenset({Party.SYSTEM}),
        user_id=None,
        now=NOW + OVER,
    )


@pytest.mark.parametrize(
    ("story", "state"),
    [
        (_reviewed, State.CONFIRMED),
        (_answered, State.CONFIRMED),
        (_delivered, State.DELIVERED),
        (_not_held, State.NOT_HELD),
        (_expired, State.EXPIRED),
    ],
)
def test_replay_gives_the_present(
    app: Flask, people: Cast, story: Callable[[Life], None], state: State
) -> None:
    factories.reviewed(app, people.li.id)
    with app.app_context(), unit_of_work() as session:
        story(Life(session, people))
    with app.app_context():
        session = db.session()
        lecture = session.scalars(select(Lecture)).one()
        rows = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()
        replayed = replay(entries(lecture))
        assert (replayed.state, replayed.sequence) == (lecture.state, lecture.sequence)
        assert replayed.facts == changes.facts(lecture)
        assert lecture.state is state
        # Each accepted change has exactly one event, in the same order.
        events = session.scalars(select(OutboxEvent).order_by(OutboxEvent.id)).all()
        assert [one.payload["state"] for one in events] == [row.target.value for row in rows]


def test_the_system_is_part_of_the_history(app: Flask, people: Cast) -> None:
    factories.confirmed(app, people, at(3, 9))
    with app.app_context():
        pass_time(at(5, 9))
        lecture = db.session().scalars(select(Lecture)).one()
        assert replay(entries(lecture)).state is State.DELIVERED


def test_a_change_that_the_table_does_not_know_is_found() -> None:
    first = Entry(None, None, State.REQUESTED, None)
    with pytest.raises(BrokenHistory):
        replay([first, Entry(State.REQUESTED, Command.DELIVER, State.DELIVERED, None)])
    with pytest.raises(BrokenHistory):
        replay([first, Entry(State.CONFIRMED, Command.CANCEL, State.CANCELLED, None)])
    with pytest.raises(BrokenHistory):
        replay([])
