"""Scores pages with Lighthouse: `python -m benchmarks.lighthouse`.

Starts the product with the demonstration province, and audits pages as a phone on a slow network
loads them. Ends with 1 if a page has less than `LEAST` for accessibility or best practices; the
score for speed depends on the machine and is only printed. Needs Node.js, npm and Chromium.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.chromium.server import Site
from tests.clients import npm

FOLDER = Path(__file__).parent
PATHS = ("/", "/instructors", "/instructors/1", "/match", "/login")
LEAST = 0.95
SECONDS = 600


def main() -> None:
    """Start the product, audit the pages, print a table."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no Chromium: install it, or name one in CHROMIUM.")
    try:
        npm.install(FOLDER)
    except npm.NotInstalled as error:
        sys.exit(str(error))
    with tempfile.TemporaryDirectory(prefix="yueke-lighthouse-") as folder:
        site = Site(Path(folder), f"sqlite:///{folder}/yueke.db")
        site.flask("db", "upgrade")
        site.flask("demo")
        site.start()
        try:
            lines = _audited([site.base_url + path for path in PATHS], chromium)
        finally:
            site.stop()
    _print(lines)
    if any(score < LEAST for line in lines for score in _judged(line)):
        sys.exit(1)


def _audited(addresses: list[str], chromium: str) -> list[dict[str, object]]:
    """What `audit.mjs` says of each address."""
    done = subprocess.run(
        ["node", "audit.mjs", *addresses],
        cwd=FOLDER,
        env={**os.environ, "CHROMIUM": chromium},
        stdout=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _scores(line: dict[str, object]) -> dict[str, float]:
    scores = line["scores"]
    assert isinstance(scores, dict)
    return scores


def _judged(line: dict[str, object]) -> list[float]:
    """The scores that do not depend on the machine."""
    return [score for name, score in _scores(line).items() if name != "performance"]


def _print(lines: list[dict[str, object]]) -> None:
    for path, line in zip(PATHS, lines, strict=True):
        scores = ", ".join(f"{name} {score:.2f}" for name, score in _scores(line).items())
        print(f"{path:<16} {scores}")
        failed = line["failed"]
        assert isinstance(failed, list)
        for title in failed:
            print(f"    {title}")


if __name__ == "__main__":
    main()
