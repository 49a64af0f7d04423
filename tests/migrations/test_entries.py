"""Step 0025: states of topics come from what was active, and go back to it."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import text

from booking.db import db, unit_of_work
from booking.entries.engine.parts import EntryPart, Listing
from booking.instructors.engine.vocabulary import TopicState
from booking.instructors.models import Topic
from tests import databases, factories
from tests.entries import keeping


def test_states_go_down_to_active_and_come_up_again(app: Flask) -> None:
    people = factories.invite(app)
    keeping.change(app, people.chen.id, people.wang, EntryPart.LISTED, Listing(False))
    with app.app_context(), unit_of_work() as session:
        for topic_id, state in (
            (people.chen.topic, TopicState.DRAFT),
            (people.zhou.topic, TopicState.RETIRED),
        ):
            session.get_one(Topic, topic_id).state = state
    with app.app_context():
        flask_migrate.downgrade(revision="0021")
        below = db.session.execute(text("SELECT id, active FROM topic ORDER BY id")).all()
        db.session.remove()

    databases.migrate(app)

    with app.app_context():
        query = text("SELECT id, state FROM topic ORDER BY id")
        above = db.session.execute(query).all()
        rows = db.session.scalar(text("SELECT count(*) FROM entry_change"))
    gone = {people.chen.topic, people.zhou.topic}
    assert {row[0] for row in below if not row[1]} == gone
    assert {row[0] for row in above if row[1] == "retired"} == gone
    assert {row[1] for row in above if row[0] not in gone} == {"reviewed"}
    assert rows == 0
