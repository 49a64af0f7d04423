"""Step 0047 with data: the tables of knowledge tests go and come; lectures and links stay."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, select

from booking.db import db
from booking.knowledge_tests.models import BankQuestion
from booking.lectures.models import Lecture
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.models import ListenerLink
from tests import databases, factories
from tests.factories import NOW
from tests.knowledge_tests.made import opened, prepared

TABLES = {"topic_question", "knowledge_test", "asked_question", "given_answer"}


def test_the_tables_through_step_0047(app: Flask) -> None:
    number = prepared(app, factories.invite(app))
    opened(app, number, LinkPurpose.TEST_BEFORE, NOW)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="-1")
        assert TABLES & set(inspect(db.engine).get_table_names()) == set()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        assert list(db.session().scalars(select(BankQuestion))) == []
        assert list(db.session().scalars(select(Lecture.number))) == [number]
        assert len(list(db.session().scalars(select(ListenerLink)))) == 1
