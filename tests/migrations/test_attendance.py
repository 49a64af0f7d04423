"""Step 0048 with data: the table of attendance lists goes and comes; lectures and links stay."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, select

from booking.attendance.models import AttendanceEntry
from booking.db import db
from booking.lectures.models import Lecture
from booking.listener_links.models import ListenerLink
from tests import databases, factories
from tests.attendance import halls


def test_the_table_through_step_0048(app: Flask) -> None:
    people = factories.invite(app)
    number, path = halls.hall(app, people)
    halls.listener(app, path, "何宁")
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0045")
        assert "attendance_entry" not in inspect(db.engine).get_table_names()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        assert list(db.session().scalars(select(AttendanceEntry))) == []
        assert list(db.session().scalars(select(Lecture.number))) == [number]
        assert len(list(db.session().scalars(select(ListenerLink)))) == 1
