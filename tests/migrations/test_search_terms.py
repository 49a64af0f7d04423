"""Revision 0007 with data: traits of topics become bits, and go back."""

from __future__ import annotations

from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import text, update

from booking.accounts.engine.roles import SYSTEM
from booking.db import db, unit_of_work
from booking.instructors import search_index, service
from booking.instructors.engine.vocabulary import Audience, Format, TopicState
from booking.instructors.models import Instructor, Topic
from booking.instructors.service import InstructorFacts, TopicFacts
from tests import databases
from tests.factories import DISTRICT, NOW

TOPICS = (
    TopicFacts("急救", audiences=(Audience.VILLAGERS, Audience.NEW_STAFF)),
    TopicFacts("写作", audiences=(Audience.CADRES,), formats=(Format.ONLINE, Format.LECTURE)),
    TopicFacts("旧课", audiences=tuple(Audience), formats=(Format.SIMULATION,)),
)


def people(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context(), db.engine.connect() as connection:
        query = "SELECT name, audience_bits, format_bits FROM instructor ORDER BY id"
        return [tuple(row) for row in connection.execute(text(query))]


def topics(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context():
        rows = db.session().query(Topic).order_by(Topic.id)
        return [(row.title, row.audiences, row.formats) for row in rows]


def test_what_topics_suit_goes_down_to_rows_and_comes_back(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        for name, taught in (("周一", TOPICS), ("陈二", TOPICS[1:]), ("李三", ())):
            facts = InstructorFacts(name, "某单位（虚构）", DISTRICT, topics=taught)
            service.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
        session.execute(update(Topic).where(Topic.title == "旧课").values(state=TopicState.RETIRED))
        everybody = session.query(Instructor).all()
        search_index.refresh(session, everybody)
    before = people(app), topics(app)
    assert before[0] == [("周一", 0b10101, -1), ("陈二", 0b1, 0b100001), ("李三", 0, 0)]

    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0006")
        with db.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT title, kind, code FROM topic_trait JOIN topic ON id = topic_id "
                    "WHERE title = '写作' ORDER BY kind, code"
                )
            )
            assert [tuple(row) for row in rows] == [
                ("写作", "audience", "cadres"),
                ("写作", "audience", "cadres"),
                ("写作", "format", "lecture"),
                ("写作", "format", "lecture"),
                ("写作", "format", "online"),
                ("写作", "format", "online"),
            ]
    databases.migrate(app)

    assert (people(app), topics(app)) == before
