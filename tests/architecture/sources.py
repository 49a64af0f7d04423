"""Source files, imports and calls of the product, for the architecture tests."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import config

BOOKING = config.ROOT / "booking"


def python_files() -> list[Path]:
    """All Python files of the product and the migrations, relative to the root."""
    found = [*BOOKING.rglob("*.py"), *(config.ROOT / "migrations").rglob("*.py")]
    found += (config.ROOT / "webserver").rglob("*.py")
    found += [*config.ROOT.glob("config*.py"), config.ROOT / "wsgi.py"]
    return sorted(path.relative_to(config.ROOT) for path in found)


def packages() -> list[Path]:
    """All folders of the product with modules, relative to the root."""
    return sorted({path.parent for path in python_files() if path.parts[0] == "booking"})


def engines() -> list[Path]:
    """The folders of pure code, named `engine`."""
    return [folder for folder in packages() if folder.name == "engine"]


def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse((config.ROOT / path).read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> frozenset[str]:
    """The modules in a file's import statements, at any nesting."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


@cache
def calls(path: Path) -> tuple[str, ...]:
    """The called functions of a file as dotted names: `session.commit`, `datetime.now`."""
    return tuple(
        ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)
    )
