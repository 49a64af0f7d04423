"""Folders stay small enough to be read at a glance, and names say what a module is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import config
from tests.architecture import sources

MOST_MODULES, MOST_LINES = 15, 2_000

NOUNS_IN_ING = frozenset({"booking", "loading", "matching", "query_string", "recruiting"})
"""Names in -ing that are the field's own words for a thing."""


def _modules(folder: Path) -> list[Path]:
    return [path for path in sources.python_files() if path.parent == folder]


def _lines(path: Path) -> int:
    return len((config.ROOT / path).read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("folder", sources.packages(), ids=str)
def test_a_folder_holds_few_modules_and_lines(folder: Path) -> None:
    modules = [path for path in _modules(folder) if path.stem != "__init__"]
    assert len(modules) <= MOST_MODULES
    assert sum(map(_lines, modules)) <= MOST_LINES


@pytest.mark.parametrize("folder", sources.packages(), ids=str)
def test_a_folder_says_what_it_is_for(folder: Path) -> None:
    docstring = ast.get_docstring(sources.tree(folder / "__init__.py"))
    assert docstring is not None
    assert len(docstring) > 40


def test_modules_are_named_by_nouns() -> None:
    names = {name for path in sources.python_files() for name in (path.stem, path.parent.name)}
    assert len(names) > 300
    assert [name for name in names - NOUNS_IN_ING if name.endswith("ing")] == []
