"""mypy reads every Python file of the repository."""

from __future__ import annotations

import tomllib

from config import ROOT

NOT_OURS = {"build", "dist", "env", "instance", "node_modules", "venv"}


def test_mypy_reads_every_file() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    read = set(settings["tool"]["mypy"]["files"])
    tops = [
        one for one in ROOT.iterdir() if not one.name.startswith(".") and one.name not in NOT_OURS
    ]
    files = {one.name for one in tops if one.suffix == ".py"}
    folders = {one.name for one in tops if one.is_dir() and any(one.rglob("*.py"))}

    assert {"booking", "tests"} <= folders
    assert read == files | folders
