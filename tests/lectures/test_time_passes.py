"""Requests expire and confirmed lectures are delivered by themselves."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from booking.db import db
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import HistoryEntry, Hold, Lecture
from tests import factories
from tests.factories import Cast, at

SECOND = timedelta(seconds=1)


def _states(app: Flask) -> dict[str, State]:
    with app.app_context():
        return dict(db.session.execute(select(Lecture.number, Lecture.state)).all())


def _holds(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Hold)) or 0


def test_a_request_expires_when_the_answer_is_due(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people, at(10, 9))
    due = at(3, 18)
    with app.app_context():
        assert pass_time(due - SECOND) == 0
    assert _states(app) == {number: State.REQUESTED}
    with app.app_context():
        assert pass_time(due) == 1
        assert pass_time(due) == 0
        last = db.session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert last is not None
    assert (last.command, last.party, last.user_id) == (Command.EXPIRE, Party.SYSTEM, None)
    assert _states(app) == {number: State.EXPIRED}
    assert _holds(app) == 0


def test_a_confirmed_lecture_is_delivered_a_day_after_its_end(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people, at(3, 9))
    over = at(4, 11)
    with app.app_context():
        assert pass_time(over - SECOND) == 0
    assert _states(app) == {number: State.CONFIRMED}
    with app.app_context():
        assert pass_time(over) == 1
        assert pass_time(over) == 0
    assert _states(app) == {number: State.DELIVERED}
    assert _holds(app) == 1


def test_one_round_does_both_and_leaves_the_rest(app: Flask, people: Cast) -> None:
    given = factories.confirmed(app, people, at(3, 9))
    unanswered = factories.requested(app, people, at(22, 9))
    coming = factories.confirmed(app, people, at(21, 9))
    with app.app_context():
        assert pass_time(at(5, 9)) == 2
    assert _states(app) == {
        given: State.DELIVERED,
        unanswered: State.EXPIRED,
        coming: State.CONFIRMED,
    }
