"""The audit log comes and goes with its triggers."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, text

from booking.db import db
from tests import databases, factories
from tests.audit_log import entries


def _triggers(app: Flask) -> set[str]:
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        else:
            query = "SELECT tgname FROM pg_trigger UNION SELECT proname FROM pg_proc"
        return {name for name in connection.scalars(text(query)) if "audit_entry" in name}


def test_down_with_entries_and_up_again(app: Flask) -> None:
    factories.invite(app)
    assert entries(app) != []
    before = _triggers(app)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0012")
        assert "audit_entry" not in inspect(db.engine).get_table_names()
    assert _triggers(app) == set()
    databases.migrate(app)
    assert (_triggers(app), entries(app)) == (before, [])
    assert before != set()
