"""Step 0034: tables of leaving come and go, and append-only tables stay protected on both sides."""

from __future__ import annotations

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

from booking.db import db, unit_of_work
from booking.entries.engine.parts import EntryPart, Listing
from tests import databases, factories
from tests.entries import keeping
from tests.factories import at
from tests.privacy.leaving import ask

FORBIDDEN = (
    "UPDATE lecture_history SET reason = 'x'",
    "UPDATE lecture_history SET target = 'x'",
    "UPDATE entry_change SET actor_name = 'x'",
    "UPDATE audit_entry SET subject_label = 'x'",
    "DELETE FROM audit_entry",
    "DELETE FROM lecture_history",
)
SHAPE = (
    "UPDATE lecture_history SET target = 'x'",
    "UPDATE entry_change SET part = 'x'",
    "UPDATE audit_entry SET action = 'x'",
    # Younger than half a year by the clock of the database.
    "UPDATE audit_entry SET subject_label = 'x'",
    "DELETE FROM lecture_history",
)


def is_refused(app: Flask, statement: str, *, erasing: bool = False) -> None:
    """The triggers refuse it; also while somebody is erased."""
    with app.app_context(), pytest.raises(Exception, match="append_only"):
        _execute(statement, erasing)


def _execute(statement: str, erasing: bool) -> None:
    with unit_of_work() as session:
        if erasing:
            session.execute(text("UPDATE leaving SET state = 'erasing'"))
        session.execute(text(statement))


def test_down_with_data_and_up_again(app: Flask) -> None:
    people = factories.invite(app)
    factories.confirmed(app, people, at(3, 9))
    keeping.change(app, people.chen.id, people.wang, EntryPart.LISTED, Listing(False))
    ask(app, people.zhou.user)
    for statement in FORBIDDEN:
        is_refused(app, statement)
    for statement in SHAPE:
        is_refused(app, statement, erasing=True)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0029")
        assert "leaving" not in inspect(db.engine).get_table_names()
        db.session.remove()
    for statement in FORBIDDEN:
        is_refused(app, statement)
    databases.migrate(app)
    for statement in FORBIDDEN:
        is_refused(app, statement)
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM leaving")) == 0
        assert db.session.scalar(text("SELECT count(*) FROM lecture_history")) == 2
