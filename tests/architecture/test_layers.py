"""Imports point down only, and engines need neither Flask nor a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import config
from tests.architecture import sources

WITHOUT = (
    "flask flask_babel flask_login flask_security flask_sqlalchemy flask_wtf huey psycopg "
    "requests sqlalchemy wtforms booking.clock booking.db"
).split()
"""What engines must do without, at any distance."""

PROGRAM = """
import importlib, json, pkgutil, sys, traceback

sys.path.insert(0, sys.argv[1])
for name in sys.argv[2].split():
    sys.modules[name] = None
found = {}
for name in sys.argv[3:]:
    try:
        engine = importlib.import_module(name)
        found[name] = []
        for module in pkgutil.walk_packages(engine.__path__, engine.__name__ + "."):
            importlib.import_module(module.name)
            found[name].append(module.name)
    except ImportError:
        found[name] = traceback.format_exc()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def imported() -> dict[str, list[str] | str]:
    """The modules of each engine that could be imported, or the traceback."""
    names = [".".join(engine.parts) for engine in sources.engines()]
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(config.ROOT), " ".join(WITHOUT), *names],
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, list[str] | str] = json.loads(done.stdout)
    return result


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


@pytest.mark.parametrize("engine", sources.engines(), ids=str)
def test_an_engine_can_be_imported_where_neither_flask_nor_a_database_is(
    engine: Path, imported: dict[str, list[str] | str]
) -> None:
    found = imported[".".join(engine.parts)]
    assert isinstance(found, list), found
    modules = {path for path in sources.python_files() if path.parent == engine}
    assert len(found) >= len(modules) - 1


def test_every_feature_that_has_an_engine_is_seen() -> None:
    features = {folder.parts[1] for folder in sources.engines()}
    assert {"accounts", "availability", "calendars", "directory", "lectures"} <= features


def test_no_feature_imports_the_pages_or_forms_of_another() -> None:
    files = [path for path in sources.python_files() if path.parts[0] == "booking"]
    foreign = {
        (path.as_posix(), name)
        for path in files
        if len(path.parts) > 2 and path.parts[1] != "app"
        for name in sources.imported(path)
        if name.startswith("booking.")
        and name.split(".")[1] != path.parts[1]
        and {"views", "forms"} & set(name.split(".")[2:])
    }
    assert len(files) > 300
    assert foreign == set()
