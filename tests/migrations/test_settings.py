"""Step 0022: settings, the link of the first start, and versions of texts."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, text

from booking.accounts.engine.roles import Role
from booking.administration.setup import links
from booking.db import db, unit_of_work
from booking.settings import queries
from tests import databases, factories

TABLES = {"setting", "setup_link", "text_version"}


def _down_and_up(app: Flask) -> set[str]:
    """The tables of the step that are left below it."""
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0021")
        below = set(inspect(db.engine).get_table_names())
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        queries.forget()
    return TABLES & below


def test_an_installation_with_an_administrator_is_set_up(app: Flask) -> None:
    factories.invite(app)
    assert _down_and_up(app) == set()
    with app.app_context():
        assert not links.is_awaited()
        change = queries.current().changes["set_up_at"]
        assert (change.at, change.by) == (factories.NOW, "system")


def test_one_without_is_not(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_user(
            session, factories.WANG, "王", Role.COORDINATOR, region_code=factories.CITY
        )
    assert _down_and_up(app) == set()
    with app.app_context():
        assert links.is_awaited()
        assert db.session().scalar(text("SELECT count(*) FROM setting")) == 0
