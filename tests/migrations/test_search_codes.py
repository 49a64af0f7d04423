"""Revision 0009 with data: codes are gathered from fields and regions, and go again."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import text

from booking.accounts.engine.roles import SYSTEM
from booking.db import db, unit_of_work
from booking.instructors import service
from booking.instructors.service import InstructorFacts
from tests import databases
from tests.factories import CITY, DISTRICT, NOW


def codes(app: Flask) -> list[tuple[str, str]]:
    with app.app_context(), db.engine.connect() as connection:
        query = "SELECT name, search_codes FROM instructor ORDER BY id"
        return [(name, found) for name, found in connection.execute(text(query))]


def test_codes_go_down_and_come_back(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        aid = service.add_field(session, code="Aid 1%", name="急救")
        scene = service.add_field(session, code="scene", name="现场", parent_id=aid.id)
        for name, fields, serves in (
            ("周一", (scene.id,), (CITY, DISTRICT)),
            ("陈二", (aid.id, scene.id), ()),
            ("李三", (), (CITY,)),
        ):
            facts = InstructorFacts(
                name, "某单位（虚构）", DISTRICT, field_ids=fields, serves=serves
            )
            service.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
    before = codes(app)
    assert before == [
        ("周一", f" /scene /Aid%201%25 @{CITY} @{DISTRICT} "),
        ("陈二", f" /Aid%201%25 /scene @{DISTRICT} "),
        ("李三", f" @{CITY} "),
    ]

    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0008")
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM served_region")) == 4
    databases.migrate(app)

    assert codes(app) == before
