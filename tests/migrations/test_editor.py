"""Revision 0005 with data: hours that hold for a time become timetables, and go back."""

from __future__ import annotations

from datetime import date
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import text

from booking.availability import queries, service
from booking.availability.engine.timetables import Timetable, Validity
from booking.db import db, unit_of_work
from tests import databases, factories

BEFORE = "0004"
SUMMER = Validity(date(2026, 7, 1), date(2026, 8, 31))
OTHER_WEEKS = Validity(weeks=2, week_of=date(2026, 11, 25))


def down(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision=BEFORE)


def rows(app: Flask, query: str) -> list[tuple[Any, ...]]:
    with app.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def timetables(app: Flask, instructor_id: int) -> list[Timetable]:
    with app.app_context():
        found = queries.timetables_of(db.session(), instructor_id)
        return [queries.read_timetable(row) for row in found]


def test_hours_for_a_time_become_timetables_beside_the_week(app: Flask) -> None:
    people = factories.invite(app)
    everyday = {weekday: [(480, 1200)] for weekday in range(5)}
    down(app)
    with app.app_context(), unit_of_work() as session:
        for values in (
            "1, 540, 660, '2026-07-01', '2026-08-31', 1, NULL",
            "2, 540, 660, '2026-07-01', '2026-08-31', 1, NULL",
            "3, 840, 900, NULL, NULL, 2, '2026-11-25'",
        ):
            session.execute(
                text(
                    "INSERT INTO weekly_block (instructor_id, weekday, start_minute, end_minute, "
                    f"valid_from, valid_to, every_weeks, week_of) "
                    f"VALUES ({people.chen.id}, {values})"
                )
            )

    databases.migrate(app)

    found = sorted(timetables(app, people.chen.id), key=lambda one: one.validity.weeks)
    assert found == [
        Timetable("", {1: [(540, 660)], 2: [(540, 660)]}, SUMMER, replaces=False),
        Timetable("", {3: [(840, 900)]}, OTHER_WEEKS, replaces=False),
    ]
    with app.app_context():
        assert queries.week_of(db.session(), people.chen.id) == everyday
    assert timetables(app, people.zhou.id) == []


def test_timetables_go_back_to_hours_for_a_time(app: Flask) -> None:
    people = factories.invite(app)
    with app.app_context(), unit_of_work() as session:
        for title, week, validity in (
            ("暑假", {1: [(540, 660)]}, SUMMER),
            ("隔周", {3: [(840, 900)]}, OTHER_WEEKS),
        ):
            hours = Timetable(title, week, validity, replaces=False)
            service.save_timetable(session, instructor_id=people.chen.id, timetable=hours)
    before = timetables(app, people.chen.id)

    down(app)
    columns = "weekday, start_minute, end_minute, every_weeks"
    assert rows(
        app,
        f"SELECT {columns} FROM weekly_block "
        "WHERE valid_from IS NOT NULL OR every_weeks = 2 ORDER BY weekday",
    ) == [(1, 540, 660, 1), (3, 840, 900, 2)]
    databases.migrate(app)

    after = timetables(app, people.chen.id)
    assert [(one.week, one.validity, one.replaces) for one in after] == [
        (one.week, one.validity, one.replaces) for one in before
    ]
