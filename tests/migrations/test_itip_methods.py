"""Revision 0039 with data: mail that waits keeps waiting, and forgets only the iTIP method."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, text

from booking.db import db
from booking.outbox import rounds
from tests import databases, factories
from tests.conftest import Time
from tests.factories import Cast


def methods(app: Flask) -> list[str | None]:
    with app.app_context(), db.engine.connect() as connection:
        found = connection.execute(text("SELECT itip_method FROM delivery ORDER BY id"))
        return [method for (method,) in found]


def test_down_and_up_keep_the_mail(app: Flask, people: Cast, time: Time) -> None:
    factories.confirmed(app, people)
    with app.app_context():
        rounds.handle_waiting(time.now)
    assert methods(app) == [None, None, "REQUEST", "REQUEST"]

    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0038")
        columns = {column["name"] for column in inspect(db.engine).get_columns("delivery")}
    assert "itip_method" not in columns
    databases.migrate(app)

    assert methods(app) == [None] * 4
