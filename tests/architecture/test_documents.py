"""Documents name only files that exist."""

from __future__ import annotations

import re

import pytest

import config

_PATH = re.compile(r"`((?:booking/|tests/|webserver/|docs/|benchmarks/)[\w./-]+)`")
DOCUMENTS = sorted(
    path.relative_to(config.ROOT).as_posix()
    for path in (*config.ROOT.glob("*.md"), *(config.ROOT / "docs").rglob("*.md"))
    if path.name != "CHANGELOG.md"
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    named = _PATH.findall((config.ROOT / document).read_text())
    assert [path for path in named if not (config.ROOT / path).exists()] == []


def test_the_security_page_names_a_test_for_each_attack() -> None:
    page = (config.ROOT / "docs" / "security.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ") and line.count("|") == 4]
    attacks = [row for row in rows if not row.startswith(("| attack |", "|---"))]
    without = [row for row in attacks if "`tests/" not in row and not row.endswith("the same |")]
    assert len(attacks) > 30
    assert without == []
