"""Overrides the database: hosts, origins and error pages are tested on SQLite only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import SqliteTemplate


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, sqlite_template: SqliteTemplate, sqlite_folder: Path
) -> str:
    """A fresh SQLite database, with the people that the test has."""
    return sqlite_template.copy_to(sqlite_folder, people="people" in request.fixturenames)
