"""Step 0016: synonyms, and summaries in the search texts."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import select

from booking.db import db
from booking.instructors.models import Instructor, Synonym
from tests import databases, factories


def test_summaries_go_down_and_come_up_again(app: Flask) -> None:
    factories.invite(app)
    with app.app_context():
        query = select(Instructor.id, Instructor.search_text).order_by(Instructor.id)
        written = db.session.execute(query).all()
        pairs = set(db.session.execute(select(Synonym.word, Synonym.means)).all())
        db.session.remove()
        flask_migrate.downgrade(revision="0015")
        below = db.session.execute(query).all()
        db.session.remove()

    databases.migrate(app)

    assert [(row[0], row[1].replace(" 从拨打急救电话说起。", "")) for row in written] == below
    assert written != below
    assert ("cpr", "急救") in pairs
    with app.app_context():
        assert db.session.execute(query).all() == written
        assert set(db.session.execute(select(Synonym.word, Synonym.means)).all()) == pairs
