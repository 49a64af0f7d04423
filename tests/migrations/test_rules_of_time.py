"""Revision 0003 with data: holds learn their place from their lecture, and keep their guard."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

from booking.availability import queries
from booking.availability import service as availability
from booking.availability.engine.hours import HolidayPolicy, MakeupRule
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.unbookable import SlotTaken
from tests import databases, factories
from tests.factories import COUNTY, DISTRICT, NOW, Cast, at

NEW_COLUMNS = {"region_code", "place", "organisation_id"}


@pytest.fixture
def people(app: Flask, people: Cast) -> Cast:
    """The cast, with two lectures: in the county, and online for another branch."""
    factories.requested(app, people, at(3, 9), place="文化馆")
    factories.confirmed(app, people, at(4, 9), format=Format.ONLINE, organisation_id=people.zhao.id)
    factories.requested(app, people, at(7, 9), region_code=DISTRICT)
    return people


def down(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0002")


def rows(app: Flask, query: str) -> list[tuple[Any, ...]]:
    with app.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def held(app: Flask) -> list[tuple[Any, ...]]:
    return rows(app, "SELECT region_code, place, organisation_id FROM hold ORDER BY starts_at")


def guards(app: Flask) -> list[str]:
    """The names of what refuses overlapping holds."""
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hold' ORDER BY name"
        if sqlite
        else "SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid = 'hold'::regclass"
    )
    return [name for (name,) in rows(app, query)]


def overlap(app: Flask, cast: Cast) -> None:
    """Write a second hold over the first one, with the columns of every revision."""
    with app.app_context(), unit_of_work() as session:
        session.execute(
            text(
                "INSERT INTO hold (instructor_id, lecture_id, starts_at, ends_at) "
                "SELECT instructor_id, (SELECT max(id) FROM lecture), starts_at, ends_at "
                "FROM hold WHERE lecture_id = (SELECT min(id) FROM lecture)"
            )
        )


def test_holds_learn_their_place_and_branch_from_their_lecture(app: Flask, people: Cast) -> None:
    expected = [
        (COUNTY, "文化馆", people.li.id),
        (None, "岫云县文化馆二楼", people.zhao.id),
        (DISTRICT, "岫云县文化馆二楼", people.li.id),
    ]
    assert held(app) == expected

    down(app)
    with app.app_context():
        columns = {column["name"] for column in inspect(db.engine).get_columns("hold")}
    assert columns & NEW_COLUMNS == set()
    databases.migrate(app)

    assert held(app) == expected


def test_the_guard_of_holds_stays_down_and_up(app: Flask, people: Cast) -> None:
    before = guards(app)
    assert before != []

    down(app)
    assert guards(app) == before
    with pytest.raises(SlotTaken):
        overlap(app, people)
    databases.migrate(app)
    assert guards(app) == before
    with pytest.raises(SlotTaken):
        overlap(app, people)
    assert len(held(app)) == 3


def test_rules_keep_what_0002_knew_and_get_defaults_for_the_rest(app: Flask, people: Cast) -> None:
    rules = RuleSet(
        BookingRules(15, 1, 30, 20, 30, 240),
        HolidayPolicy(False, MakeupRule.WEEKDAY, 0),
        Caps(1, 2, 3, 4, 5),
    )
    with app.app_context(), unit_of_work() as session:
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
        span = (date(2026, 1, 1), date(2026, 12, 31))
        availability.add_term(session, instructor_id=people.chen.id, first=span[0], last=span[1])
        availability.suspend(session, instructor_id=people.chen.id, first=span[1], last=None)
    blocks = "SELECT weekday, start_minute, end_minute FROM weekly_block ORDER BY id"
    before = rows(app, blocks)

    down(app)
    databases.migrate(app)

    with app.app_context():
        assert queries.rules_of(db.session(), people.chen.id) == RuleSet(
            BookingRules(15, 1, 30, 20)
        )
        days = date(2026, 11, 1), date(2026, 12, 31)
        known = queries.availabilities(db.session(), [people.chen.id], *days, calendar_span=days)
        read = known[people.chen.id]
    assert (read.limits.terms, read.limits.suspensions) == ((), ())
    assert {rule.weeks for rule in read.hours.weekly} == {1}
    assert rows(app, blocks) == before
    assert factories.requested(app, people, datetime(2026, 11, 25, 1, tzinfo=UTC)) != ""
