"""SQLite looks through the narrowest index that has all that a search asks for."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from booking.db import db
from booking.directory.engine.search_query import Search
from booking.directory.search import search_sql
from tests.factories import CITY


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("search", "index"),
    [
        (Search(), "listing"),
        (Search(audience="villagers"), "codes"),
        (Search(field="health", region=CITY, format="online"), "codes"),
        (Search(words="急救", region=CITY), "words"),
        (Search(words="zs"), "search"),
        (Search(public_only=True), "codes"),
        (Search(words="急救", public_only=True), "words"),
    ],
    ids=["all", "audience", "codes", "chinese", "letters", "public", "public-chinese"],
)
def test_the_narrowest_index_is_taken(
    app: Flask, register: dict[str, int], search: Search, index: str
) -> None:
    asked: list[tuple[str, Any]] = []
    with app.app_context():
        connection = db.session().connection()

        @event.listens_for(connection, "before_cursor_execute")
        def _note(
            _one: object, _cursor: object, statement: str, values: Any, *_more: object
        ) -> None:
            asked.append((statement, values))

        search_sql.page(db.session(), search, 1)
        [(statement, values)] = asked
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        db.session.rollback()

    plan = [row[-1] for row in rows if "ix_instructor" in row[-1]]
    assert plan, rows
    assert all(f"COVERING INDEX ix_instructor_{index} " in line for line in plan), plan
