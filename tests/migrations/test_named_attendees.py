"""Step 0044 with data: the table of named attendees goes and comes; lectures stay."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, select

from booking.db import db, unit_of_work
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.attendees.service import Naming, name_attendee
from booking.lectures.models import Lecture
from tests import databases, factories
from tests.factories import NOW


def test_the_table_through_step_0044(app: Flask) -> None:
    people = factories.invite(app)
    number = factories.confirmed(app, people)
    naming = Naming(people.li.user, "zh_Hans_CN", NOW, 5)
    with app.app_context(), unit_of_work() as session:
        name_attendee(session, number=number, name="何宁", email="he@example.net", naming=naming)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0043")
        assert "named_attendee" not in inspect(db.engine).get_table_names()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        assert list(db.session().scalars(select(NamedAttendee))) == []
        assert list(db.session().scalars(select(Lecture.number))) == [number]
