"""Overrides the database: hosts, origins and error pages are tested on SQLite only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import SqliteTemplate


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, sqlite_template: SqliteTemplate, tmp_path: Path
) -> str:
    """A fresh SQLite database, with the people that the test has."""
    return sqlite_template.copy_to(tmp_path, people="people" in request.fixturenames)
