"""Changes that were stored by an earlier release can be undone; the stored form is unchanged.

`stored_parts.json` holds the column `after` as releases without `booking.json_values` wrote it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from booking.availability.engine.rules import Part
from booking.availability.models import ScheduleChange
from booking.db import db, unit_of_work
from tests.availability.editor import EMPTY, editor
from tests.availability.test_undo import AWAY, RULES, SUMMER, offered_undo
from tests.browser import Client
from tests.factories import Cast

STORED: dict[str, Any] = json.loads(
    Path(__file__).with_name("stored_parts.json").read_text(encoding="utf-8")
)
FORMS = (
    ("/week", EMPTY | {"day2": "9-12", "day4": "9-11,14-16"}),
    ("/overrides", AWAY),
    ("/overrides", AWAY | {"first": "2026-12-09", "last": "", "note": ""}),
    ("/timetables/new", SUMMER),
    ("/rules", RULES),
)
WRONG: dict[str, Any] = {
    "another-type": [["0", 480, 1200]],
    "a-value-more": [[0, 480, 1200, 1]],
    "no-list": {"0": [[480, 1200]]},
}

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@sqlite_only
def test_each_part_is_stored_as_it_was(app: Flask, chen: Client, people: Cast) -> None:
    for part, values in FORMS:
        assert chen.post(editor(people, part), values).status_code == 303
    query = text("SELECT part, CAST(after AS TEXT) AS after FROM schedule_change ORDER BY id")
    with app.app_context(), db.engine.connect() as connection:
        stored = {row.part: row.after for row in connection.execute(query)}
    assert stored == {part: json.dumps(values) for part, values in STORED.items()}
    assert set(stored) == {part.value for part in Part}


@sqlite_only
@pytest.mark.parametrize("column", ["before", "after"])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_stored_change_of_another_shape_is_not_undone(
    app: Flask, chen: Client, people: Cast, column: str, wrong: object
) -> None:
    chen.post(editor(people, "/week"), EMPTY | {"day2": "9-12"})
    with app.app_context(), unit_of_work() as session:
        session.execute(update(ScheduleChange).values({column: wrong}))
    number = offered_undo(chen.get(editor(people)).text)

    assert chen.post(editor(people, f"/undo/{number}")).status_code == 409
    with app.app_context():
        assert len(db.session().scalars(select(ScheduleChange)).all()) == 1
