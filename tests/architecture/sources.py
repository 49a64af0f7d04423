"""The product's source files as the rules of architecture see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import config

BOOKING = config.ROOT / "booking"

IMPURE = frozenset(
    "models queries service forms views guards delivery tasks cli words wording requesting "
    "security errors outside_models outside_words outside_service outside_forms outside_views "
    "expanding fetching conditions candidates asking asker addresses schemas packing holds wishes "
    "overview week_forms term_forms showing timetabling appointing dividing hits people profile "
    "search_texts commands claims transports rounds sign_ins sign_in_security sign_in_limits "
    "access address_change attempts resets quotas quota_views keys parameters editing reading "
    "factors factor_changes password_forms factor_forms factor_service factor_views".split()
)
"""File names that say that a module touches the world, or words for it."""

ACTING = frozenset(
    {"demo/build.py", "availability/holidays/service.py", "availability/editor/undo.py"}
)
"""Modules that write through the session and are no service of their own."""


def python_files() -> list[Path]:
    """Every Python file of the product with the migrations, relative to the root."""
    found = [*BOOKING.rglob("*.py"), *(config.ROOT / "migrations").rglob("*.py")]
    found += (config.ROOT / "webserver").rglob("*.py")
    found += [*config.ROOT.glob("config*.py"), config.ROOT / "wsgi.py"]
    return sorted(path.relative_to(config.ROOT) for path in found)


def pure_modules() -> list[Path]:
    """The modules in features whose names promise purity."""
    return [
        path
        for path in python_files()
        if len(path.parts) == 3
        and path.parts[0] == "booking"
        and path.stem not in IMPURE
        and path.relative_to("booking").as_posix() not in ACTING
    ]


def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse((config.ROOT / path).read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The modules that a file names in its imports, at any depth."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def calls(path: Path) -> Iterator[str]:
    """What a file calls, as dotted text: `session.commit`, `datetime.now`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
