"""What the product offers: every route names a permission, and nothing forbidden is built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from booking.accounts import guards
from booking.accounts.engine.permissions import PERMISSIONS
from booking.db import Base
from tests.databases import SqliteTemplate

FORBIDDEN = frozenset(
    "point points score scores rank ranks ranking rankings leaderboard checkin checkins "
    "attendance like likes vote votes badge badges location photo photos identity bank".split()
)
"""Government applications may not have these, and nobody should (see the footer)."""


def _words(text: str) -> set[str]:
    joined = text.lower().replace("check-in", "checkin").replace("check_in", "checkin")
    return set(re.split(r"[^a-z]+", joined))


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, sqlite_folder: Path) -> str:
    """Routes do not depend on the database: one kind is enough."""
    return sqlite_template.copy_to(sqlite_folder)


def test_every_route_declares_a_known_permission(app: Flask) -> None:
    with app.app_context():
        declared = {rule.endpoint: guards.permission_of(rule.endpoint) for rule in _rules(app)}
    assert {name: found for name, found in declared.items() if found not in PERMISSIONS} == {}


@pytest.mark.own_application
def test_a_route_without_a_permission_is_refused_to_everybody(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def open_to_all() -> str:
        return "told"

    app.add_url_rule("/forgotten", "forgotten", open_to_all, methods=["GET", "POST"])
    app.add_url_rule("/declared", "declared", guards.requires("public")(open_to_all))
    client = app.test_client()

    refused = [client.get("/forgotten"), client.post("/forgotten"), client.options("/forgotten")]
    assert [(answer.status_code, "told" in answer.text) for answer in refused] == [(403, False)] * 3
    sentence = "forgotten is refused to everybody: it declares no permission"
    assert [record.getMessage() for record in caplog.records] == [sentence] * 3
    assert client.get("/declared").text == "told"
    assert client.get("/no-such-page").status_code == 404


def test_library_permissions_name_only_routes_that_exist(app: Flask) -> None:
    assert set(guards.LIBRARY_ENDPOINTS) - {rule.endpoint for rule in _rules(app)} == set()


def test_every_permission_is_used(app: Flask) -> None:
    with app.app_context():
        declared = {guards.permission_of(rule.endpoint) for rule in _rules(app)}
    # These are asked of a single thing inside a view that any signed-in person may open.
    assert set(PERMISSIONS) - declared == {
        "lecture.read",
        "lecture.change",
        "lecture.listen",
        "dossier.branch",
        "dossier.region",
        "order.read",
        "feed.owner",
        "feed.region",
    }


def test_nothing_forbidden_has_a_route(app: Flask) -> None:
    offending = {rule.rule for rule in _rules(app) if _words(rule.rule) & FORBIDDEN}
    assert offending == set()


def test_nothing_forbidden_is_stored() -> None:
    stored = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if table.name != "bank_question"  # A bank of questions; bank accounts are forbidden.
    }
    assert {name for name in stored if _words(name) & FORBIDDEN} == set()


def _rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())
