"""Imports point down only, and pure modules stay pure (the contracts in pyproject.toml)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import config
from tests.architecture import sources

WORLD = {f"booking.{name}" for name in ("db", "clock", "web", "i18n", "tasks", "outbox")}


def test_the_contracts_of_import_linter_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(tool), "--no-cache"],
        cwd=config.ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(config.ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", sources.pure_modules(), ids=str)
def test_pure_modules_import_neither_flask_nor_the_database(path: Path) -> None:
    impure = {
        name
        for name in sources.imported(path)
        if name.startswith(("flask", "sqlalchemy", "huey")) or name in WORLD
    }
    assert impure == set()


@pytest.mark.parametrize("path", sources.python_files(), ids=str)
def test_no_feature_imports_the_pages_or_forms_of_another(path: Path) -> None:
    if len(path.parts) != 3 or path.parts[0] != "booking":
        return
    foreign = {
        name
        for name in sources.imported(path)
        if name.startswith("booking.")
        and name.split(".")[1] != path.parts[1]
        and name.split(".")[2:3] in (["views"], ["forms"])
    }
    assert foreign == set()
