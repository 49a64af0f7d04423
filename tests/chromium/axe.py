"""Judges the accessibility of a page with axe-core (WCAG 2.2 AA and its best practices)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.clients import npm

FOLDER = Path(__file__).parent
SOURCE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"

RUN = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, nodes }) =>
    `${impact} ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
"""


class Axe:
    """axe-core, installed by npm; where Node.js is missing nothing is judged."""

    def __init__(self) -> None:
        self._source = ""
        if shutil.which("npm") is not None:
            npm.install(FOLDER)
            self._source = SOURCE.read_text(encoding="utf-8")

    @property
    def installed(self) -> bool:
        """Whether it can judge."""
        return bool(self._source)

    def problems(self, page: Page) -> list[str]:
        """The violations on a page: impact, rule, and the elements."""
        if not self._source:
            pytest.skip("npm is missing, which installs axe-core")
        page.evaluate(self._source)
        found: list[str] = page.evaluate(RUN)
        return found
