"""Every state, command and party of the table against the service, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.db import db, unit_of_work
from booking.errors import DomainError, Forbidden
from booking.lectures import changes, service
from booking.lectures.changes import Change
from booking.lectures.engine.errors import AlreadyBegun, NotOverYet, ReasonMissing, StateMovedOn
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import HOLDING, TRANSITIONS
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.factories import NOW, Cast, at

START, END = at(3, 9), at(3, 11)
LATER = END + timedelta(hours=25)
TABLE = {(row.source, row.command): row for row in TRANSITIONS}
PATH = {
    State.SUBMITTED: (),
    State.RETURNED: ((Command.RETURN, Party.BRANCH_COORDINATOR, NOW),),
    State.REJECTED: ((Command.REJECT, Party.BRANCH_COORDINATOR, NOW),),
    State.REQUESTED: (),
    State.CONFIRMED: ((Command.CONFIRM, Party.INSTRUCTOR, NOW),),
    State.DELIVERED: (
        (Command.CONFIRM, Party.INSTRUCTOR, NOW),
        (Command.DELIVER, Party.SYSTEM, LATER),
    ),
    State.NOT_HELD: ((Command.CONFIRM, Party.INSTRUCTOR, NOW),),
    State.DECLINED: ((Command.DECLINE, Party.INSTRUCTOR, NOW),),
    State.WITHDRAWN: ((Command.WITHDRAW, Party.BRANCH, NOW),),
    State.EXPIRED: ((Command.EXPIRE, Party.SYSTEM, START),),
    State.CANCELLED: (
        (Command.CONFIRM, Party.INSTRUCTOR, NOW),
        (Command.CANCEL, Party.BRANCH, NOW),
    ),
}
"""How each state is reached."""

REVIEWED = frozenset({State.SUBMITTED, State.RETURNED, State.REJECTED})
AFTERWARDS = frozenset({Command.DELIVER, Command.EXPIRE})
PLAIN = tuple(dict.fromkeys(row.command for row in TRANSITIONS if row.plain))


def _in_state(app: Flask, people: Cast, state: State) -> str:
    if state in REVIEWED:
        factories.reviewed(app, people.li.id)
    number = factories.requested(app, people, START)
    with app.app_context():
        for command, party, moment in PATH[state]:
            with unit_of_work() as session:
                factories.move(session, number, command, party, now=moment)
        if state is State.NOT_HELD:
            with unit_of_work() as session:
                _end_without_taking_place(session, number)
    return number


def _end_without_taking_place(session: Session, number: str) -> None:
    """What the form of records does, without its values."""
    lecture = changes.locked(session, number)
    row = TABLE[lecture.state, Command.NOT_HELD]
    change = Change(row.event, lecture.state, row.command, Party.BRANCH, None, END)
    service.change_state(session, lecture, row, change)


def _look(app: Flask, number: str) -> tuple[State, int, int, int]:
    """State, sequence, holds and rows of history."""
    with app.app_context():
        lecture = db.session.scalars(select(Lecture).where(Lecture.number == number)).one()
        holds = db.session.scalar(
            select(func.count()).select_from(Hold).where(Hold.lecture_id == lecture.id)
        )
        history = db.session.scalar(
            select(func.count())
            .select_from(HistoryEntry)
            .where(HistoryEntry.lecture_id == lecture.id)
        )
        return lecture.state, lecture.sequence, holds or 0, history or 0


def _expected(state: State, command: Command, party: Party) -> type[DomainError] | None:
    """The refusal that the table means, read independently of `lifecycle.take`."""
    row = TABLE.get((state, command))
    if row is None:
        return StateMovedOn
    return None if party in row.who else Forbidden


@pytest.mark.parametrize("state", State)
def test_every_command_and_party_from_a_state(app: Flask, people: Cast, state: State) -> None:
    number = _in_state(app, people, state)
    for command in PLAIN:
        moment = LATER if command in AFTERWARDS else NOW
        for party in Party:
            before = _look(app, number)
            assert before[0] is state
            assert before[2] == (state in HOLDING)
            refusal = _attempt(app, number, command, party, moment)
            assert refusal is _expected(state, command, party), (command, party)
            if refusal is not None:
                assert _look(app, number) == before


def _attempt(
    app: Flask, number: str, command: Command, party: Party, moment: datetime
) -> type[DomainError] | None:
    """Try a command, look at what it did, and leave nothing of it behind."""
    with app.app_context():
        try:
            with unit_of_work() as session:
                source = session.scalars(
                    select(Lecture.state).where(Lecture.number == number)
                ).one()
                lecture = factories.move(session, number, command, party, now=moment)
                row = TABLE[source, command]
                holds = session.scalar(
                    select(func.count()).select_from(Hold).where(Hold.lecture_id == lecture.id)
                )
                assert lecture.state is row.target
                assert holds == (row.target in HOLDING)
                raise _Undo
        except _Undo:
            return None
        except DomainError as error:
            return type(error)


class _Undo(Exception):
    """Rolls a unit of work back."""


@pytest.mark.parametrize(
    ("state", "command", "party", "moment", "refusal"),
    [
        (State.REQUESTED, Command.CONFIRM, Party.INSTRUCTOR, START, AlreadyBegun),
        (State.REQUESTED, Command.DECLINE, Party.INSTRUCTOR, START, AlreadyBegun),
        (State.REQUESTED, Command.WITHDRAW, Party.BRANCH, START, AlreadyBegun),
        (State.CONFIRMED, Command.CANCEL, Party.BRANCH, START, AlreadyBegun),
        (State.CONFIRMED, Command.DELIVER, Party.BRANCH, END - timedelta(seconds=1), NotOverYet),
        (State.REQUESTED, Command.EXPIRE, Party.SYSTEM, NOW, NotOverYet),
    ],
)
def test_guards_refuse_at_the_exact_instant(
    app: Flask,
    people: Cast,
    state: State,
    command: Command,
    party: Party,
    moment: datetime,
    refusal: type[DomainError],
) -> None:
    number = _in_state(app, people, state)
    assert _attempt(app, number, command, party, moment) is refusal


@pytest.mark.parametrize(
    ("state", "command", "moment"),
    [
        (State.REQUESTED, Command.CONFIRM, START - timedelta(microseconds=1)),
        (State.CONFIRMED, Command.DELIVER, END),
        (State.REQUESTED, Command.EXPIRE, NOW + timedelta(days=3)),
    ],
)
def test_guards_pass_at_the_exact_instant(
    app: Flask, people: Cast, state: State, command: Command, moment: datetime
) -> None:
    number = _in_state(app, people, state)
    party = next(iter(TABLE[state, command].who))
    assert _attempt(app, number, command, party, moment) is None


@pytest.mark.parametrize(
    ("state", "command", "party"),
    [
        (row.source, row.command, sorted(row.who)[0])
        for row in TRANSITIONS
        if row.needs_reason and row.plain
    ],
)
def test_some_commands_need_a_reason(
    app: Flask, people: Cast, state: State, command: Command, party: Party
) -> None:
    number = _in_state(app, people, state)
    with app.app_context(), pytest.raises(ReasonMissing), unit_of_work() as session:
        factories.move(session, number, command, party, reason="  \n")
    assert _look(app, number)[0] is state


def test_the_second_of_two_answers_is_told_that_the_state_moved_on(
    app: Flask, people: Cast
) -> None:
    number = _in_state(app, people, State.REQUESTED)
    with app.app_context():
        with unit_of_work() as session:
            factories.move(session, number, Command.WITHDRAW, Party.BRANCH)
        with pytest.raises(StateMovedOn), unit_of_work() as session:
            factories.move(session, number, Command.CONFIRM, Party.INSTRUCTOR)
        kinds = db.session.scalars(select(OutboxEvent.kind).order_by(OutboxEvent.id)).all()
    assert kinds == ["lecture.requested", "lecture.withdrawn"]


def test_history_names_who_moved_what_and_why(app: Flask, people: Cast) -> None:
    number = _in_state(app, people, State.CANCELLED)
    with app.app_context():
        lecture = db.session.scalars(select(Lecture).where(Lecture.number == number)).one()
        told = [(h.source, h.command, h.target, h.party, h.reason) for h in lecture.history]
    reason = "那天另有任务。"
    assert told == [
        (None, None, State.REQUESTED, Party.BRANCH, ""),
        (State.REQUESTED, Command.CONFIRM, State.CONFIRMED, Party.INSTRUCTOR, reason),
        (State.CONFIRMED, Command.CANCEL, State.CANCELLED, Party.BRANCH, reason),
    ]
