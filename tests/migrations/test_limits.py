"""Revision 0012 with data: numbers of branches and counts go, everything else stays."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, text

from booking.db import db, unit_of_work
from booking.lectures.quotas import service as quotas
from tests import databases, factories
from tests.browser import Client
from tests.factories import LI

TABLES = {"attempt_count", "reset_request"}


def test_down_and_up_again_keeps_organisations(app: Flask) -> None:
    people = factories.invite(app)
    factories.requested(app, people)
    client = Client(app)
    client.post("/login", {"email": LI, "password": "wrong horse battery"})
    client.post("/reset", {"email": LI})
    with app.app_context(), unit_of_work() as session:
        quotas.set_limits(session, people.li.id, open_limit=40, daily_limit=None)
    query = text("SELECT id, name, region_code FROM organisation ORDER BY id")

    with app.app_context():
        before = db.session.execute(query).all()
        db.session.remove()
        flask_migrate.downgrade(revision="0011")
        assert TABLES & set(inspect(db.engine).get_table_names()) == set()
        assert db.session.execute(query).all() == before
        db.session.remove()
    databases.migrate(app)

    with app.app_context():
        assert db.session.execute(query).all() == before
        limits = text("SELECT open_limit, daily_limit FROM organisation ORDER BY id")
        assert [tuple(row) for row in db.session.execute(limits)] == [(None, None)] * 2
    Client(app).sign_in(LI)
