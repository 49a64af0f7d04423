"""Revision 0004 with data: calendars go, everything else stays, and a calendar takes its times."""

from __future__ import annotations

from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import delete, inspect, text

from booking.availability.external import service as external
from booking.availability.external.engine.calendar import BusyTimes
from booking.db import db, unit_of_work
from booking.instructors.models import Instructor
from tests import databases, factories
from tests.factories import NOW, Cast, at

TABLES = {"outside_calendar", "busy_span"}
BUSY = BusyTimes([(at(3, 9), at(3, 10)), (at(4, 9), at(4, 10))], at(400, 0))


@pytest.fixture
def people(app: Flask, people: Cast) -> Cast:
    """The cast; Chen has a calendar, and a lecture."""
    with app.app_context(), unit_of_work() as session:
        external.add_upload(
            session,
            instructor_id=people.chen.id,
            busy=BUSY,
            label="单位日历",
            all_day_busy=True,
            now=NOW,
        )
    factories.requested(app, people, at(7, 9))
    return people


def rows(app: Flask, query: str) -> list[tuple[Any, ...]]:
    with app.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_down_and_up_again_forgets_calendars_only(app: Flask, people: Cast) -> None:
    others = "SELECT (SELECT count(*) FROM hold), (SELECT count(*) FROM weekly_block)"
    before = rows(app, others)
    assert rows(app, "SELECT count(*) FROM busy_span") == [(2,)]

    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0003")
        assert TABLES & set(inspect(db.engine).get_table_names()) == set()
    databases.migrate(app)

    assert rows(app, "SELECT count(*) FROM busy_span") == [(0,)]
    assert rows(app, others) == before


def test_times_go_with_their_calendar_and_calendars_with_their_owner(
    app: Flask, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(text("DELETE FROM outside_calendar"))
    assert rows(app, "SELECT count(*) FROM busy_span") == [(0,)]

    with app.app_context(), unit_of_work() as session:
        alone = factories.make_instructor(session, "林深")
        external.add_upload(
            session, instructor_id=alone, busy=BUSY, label="", all_day_busy=True, now=NOW
        )
        session.execute(delete(Instructor).where(Instructor.id == alone))
    assert rows(app, "SELECT count(*) FROM busy_span") == [(0,)]
