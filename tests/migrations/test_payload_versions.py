"""Revision 0015 with data: events that wait are of version 1, and are told after the upgrade."""

from __future__ import annotations

import json

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, text

from booking.db import db
from tests import databases, factories
from tests.conftest import Time
from tests.factories import Cast
from tests.notifications.conftest import round_of_work
from tests.outbox.stored import stored_text

PAYLOAD = stored_text("lecture.requested", 1)
STORED = "SELECT id, kind, CAST(payload AS TEXT) FROM outbox_event ORDER BY id"
INSERTED = text(
    "INSERT INTO outbox_event (kind, payload, recorded_at, attempts) "
    "VALUES ('lecture.requested', :payload, '2026-11-23 02:00:00.000000', 0)"
)


def _rows(app: Flask, query: str) -> list[tuple[object, ...]]:
    with app.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_events_wait_through_the_step_in_both_directions(
    app: Flask, people: Cast, time: Time
) -> None:
    factories.requested(app, people)
    before = _rows(app, STORED)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0014")
        columns = {column["name"] for column in inspect(db.engine).get_columns("outbox_event")}
        with db.engine.begin() as connection:
            connection.execute(INSERTED, {"payload": PAYLOAD})
    assert "version" not in columns
    assert _rows(app, STORED) == [*before, (2, "lecture.requested", PAYLOAD)]
    databases.migrate(app)

    assert _rows(app, "SELECT version FROM outbox_event") == [(1,), (1,)]
    assert _rows(app, STORED) == [*before, (2, "lecture.requested", PAYLOAD)]
    # A payload of version 2 that is read as one of version 1 is the same event.
    assert json.loads(str(before[0][2])).keys() > json.loads(PAYLOAD).keys()
    # Two events, each told to the instructor and to the branch.
    assert round_of_work(app, time) == 4
