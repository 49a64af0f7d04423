"""Step 0034: histories name their import and outlive their entry; on the way down they go."""

from __future__ import annotations

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from booking.db import db, unit_of_work
from booking.entries.engine.parts import EntryPart, Listing
from tests import databases, factories
from tests.entries import keeping
from tests.register.test_history import MORE
from tests.register.test_import import bring
from tests.register.uploads import sheet

ROWS = "SELECT id, instructor_id, part FROM entry_change ORDER BY id"


def test_down_and_up_again(app: Flask) -> None:
    people = factories.invite(app)
    keeping.change(app, people.chen.id, people.wang, EntryPart.LISTED, Listing(False))
    bring(app, sheet([MORE]))
    with app.app_context(), unit_of_work() as session:
        session.execute(text("UPDATE entry_change SET instructor_id = NULL WHERE part = 'added'"))
    with app.app_context():
        flask_migrate.downgrade(revision="0029")
        below = db.session.execute(text(ROWS)).all()
        with pytest.raises(DBAPIError, match="entry_change_append_only"):
            db.session.execute(text("DELETE FROM entry_change"))
        db.session.remove()

    databases.migrate(app)

    with app.app_context():
        assert db.session.execute(text(ROWS)).all() == below
        columns = db.session.execute(text("SELECT * FROM entry_change")).mappings().all()
    assert [(row.instructor_id, row.part) for row in below] == [(people.chen.id, "listed")]
    assert {row["import_key"] for row in columns} == {None}
    for statement in (
        "DELETE FROM entry_change",
        "UPDATE entry_change SET import_key = 'x'",
        "UPDATE entry_change SET part = 'name'",
    ):
        with app.app_context(), pytest.raises(DBAPIError, match="entry_change_append_only"):
            db.session.execute(text(statement))
