"""Step 0049 with data: questions and outcomes go; the first outcomes come again."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import func, inspect, select

from booking.db import db
from booking.follow_ups.models import FollowUp
from booking.follow_ups.outcomes.models import Outcome
from booking.lectures.models import Lecture
from tests import databases, factories
from tests.browser import Client
from tests.factories import LI, ROOT
from tests.follow_ups import asking

TABLES = {"follow_up", "follow_up_choice", "follow_up_document", "follow_up_outcome"}


def test_the_tables_through_step_0049(app: Flask) -> None:
    people = factories.invite(app)
    number = asking.asked(app, people)
    added = {"name": "编写了操作手册", "name_en": "A manual was written"}
    Client(app).sign_in(ROOT).post("/effects/outcomes", added)
    Client(app).sign_in(LI).post(
        f"/lectures/{number}/effect/first", {"outcomes": asking.outcome_ids(app)[0]}
    )
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0048")
        assert set(inspect(db.engine).get_table_names()) & TABLES == set()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        session = db.session()
        assert session.scalar(select(func.count(Outcome.id))) == 6
        assert list(session.scalars(select(FollowUp))) == []
        assert list(session.scalars(select(Lecture.number))) == [number]
