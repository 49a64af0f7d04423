"""Step 0045 with data: the table of links goes and comes; lectures stay."""

from __future__ import annotations

from datetime import timedelta

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, select

from booking.db import db, unit_of_work
from booking.lectures.models import Lecture
from booking.listener_links import service
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.models import ListenerLink
from tests import databases, factories
from tests.factories import NOW


def test_the_table_through_step_0045(app: Flask) -> None:
    number = factories.confirmed(app, factories.invite(app))
    with app.app_context(), unit_of_work() as session:
        lecture_id = session.scalars(select(Lecture.id)).one()
        until = NOW + timedelta(days=9)
        service.open_link(session, lecture_id, LinkPurpose.EVALUATION, closes_at=until, now=NOW)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0044")
        assert "listener_link" not in inspect(db.engine).get_table_names()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        assert list(db.session().scalars(select(ListenerLink))) == []
        assert list(db.session().scalars(select(Lecture.number))) == [number]
