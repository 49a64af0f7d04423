"""Revision 0010 with data: waiting mail learns its lecture, and the installation keeps its name."""

from __future__ import annotations

from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, text

from booking.db import db
from booking.lectures.engine.states import Command, Party
from booking.outbox import rounds
from tests import databases, factories
from tests.conftest import Time
from tests.factories import Cast
from tests.notifications.test_mail import do


def down(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0009")


def rows(app: Flask, query: str) -> list[tuple[Any, ...]]:
    with app.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


MAIL = "SELECT recipient, lecture_id, sequence FROM delivery WHERE sent_at IS NULL ORDER BY id"


def written(app: Flask, time: Time) -> None:
    """Mail that waits, of each event so far."""
    with app.app_context():
        rounds.handle_waiting(time.now)


def test_waiting_mail_learns_of_what_it_tells(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people)
    do(app, number, Command.CANCEL, Party.BRANCH, time)
    written(app, time)
    before = rows(app, MAIL)
    assert sorted(sequence for _to, _lecture, sequence in before) == [0, 0, 1, 1, 2, 2]

    down(app)
    with app.app_context():
        tables = set(inspect(db.engine).get_table_names())
        columns = {column["name"] for column in inspect(db.engine).get_columns("delivery")}
    assert tables & {"installation", "expiry_round"} == set()
    assert columns & {"lecture_id", "sequence", "superseded_at", "claimed_until"} == set()
    databases.migrate(app)

    assert rows(app, MAIL) == before


def test_what_was_superseded_is_given_up_below(app: Flask, people: Cast, time: Time) -> None:
    factories.confirmed(app, people)
    written(app, time)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            text("UPDATE delivery SET superseded_at = created_at WHERE sequence = 0")
        )

    down(app)
    waiting = "SELECT count(*) FROM delivery WHERE sent_at IS NULL AND next_try_at IS NOT NULL"
    assert rows(app, waiting) == [(2,)]
    databases.migrate(app)


def test_an_installation_keeps_its_name(app: Flask, people: Cast) -> None:
    names = "SELECT id, name FROM installation"
    [(_id, fresh)] = before = rows(app, names)
    down(app)
    databases.migrate(app)
    assert rows(app, names) != before  # no lecture has it yet
    with app.app_context():
        app.extensions.pop("uid_suffix", None)

    factories.requested(app, people)
    before = rows(app, names)
    [(uid,)] = rows(app, "SELECT uid FROM lecture")
    assert uid.endswith(f"@{before[0][1]}.yueke")
    down(app)
    databases.migrate(app)
    assert rows(app, names) == before
    assert before[0][1] != fresh
    assert rows(app, "SELECT uid FROM lecture") == [(uid,)]


def test_the_last_round_is_that_of_the_newest_change(app: Flask, people: Cast) -> None:
    factories.requested(app, people)
    down(app)
    databases.migrate(app)

    same = "SELECT count(*) FROM expiry_round r, lecture l WHERE r.trusted_at = l.changed_at"
    assert rows(app, same) == [(1,)]
