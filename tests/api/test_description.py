"""The running API accepts exactly what its description says, and answers as it says.

Schemathesis writes questions that the description allows and questions that it forbids.
EXTENT=whole asks for many more of them than the usual few for each route.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases, factories
from tests.chromium.server import Site
from tests.databases import SqliteTemplate
from tests.extent import WHOLE

EXAMPLES = "1000" if WHOLE else "10"
SEED = os.environ.get("SCHEMATHESIS_SEED", "20261123")
LIMIT = 3600 if WHOLE else 300
"""Seconds."""


@pytest.fixture
def site(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Site]:
    """A running installation with people in its register."""
    running = Site(tmp_path, sqlite_template.copy_to(tmp_path))
    more = {"BASE_URL": running.base_url}
    with databases.running(running.database_url, tmp_path, more) as app:
        factories.invite(app)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_the_api_is_what_its_description_says(site: Site, tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{site.base_url}/api/v1/openapi.json",
        f"--seed={SEED}",
        f"--max-examples={EXAMPLES}",
        "--generation-deterministic",
        "--suppress-health-check=all",
        "--wait-for-schema=60",
        "--request-timeout=60",
        "--continue-on-failure",
        "--no-color",
    ]

    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LIMIT
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 selected / 3 total" in done.stdout
