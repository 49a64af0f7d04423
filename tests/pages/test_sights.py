"""Every route is among the pages that Chromium opens, or it is told why it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.attacks.crawler import endpoint
from tests.chromium.sights import PAGES
from tests.databases import SqliteTemplate
from tests.pages.routes import NO_HTML, NOT_OPENED, SEEN_AT_LOCALHOST

_PLACE = re.compile(r"\{(\w+)\}")


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, sqlite_folder: Path) -> str:
    """Routes do not depend on the database: one kind is enough."""
    return sqlite_template.copy_to(sqlite_folder)


def test_every_route_is_seen_or_has_a_reason(app: Flask) -> None:
    paths = [page.path.replace("{book}", "/instructors/1/book") for page in PAGES]
    seen = {endpoint(app, _PLACE.sub("1", path), "GET") for path in paths}
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    # Some routes that are switched off take POST only.
    assert routes - seen == set(NOT_OPENED | SEEN_AT_LOCALHOST | NO_HTML) & routes
