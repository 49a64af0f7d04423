"""The kinds of events of all features, and their payloads as they were stored, by version."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import config
from booking.outbox.engine.kinds import OutboxKind
from tests.architecture import sources

PAYLOADS = Path(__file__).parent / "payloads"


def _declared() -> Iterator[OutboxKind[Any]]:
    """What modules of the product make and keep under a name, alone or in a container."""
    for path in sources.python_files():
        if "OutboxKind(" not in (config.ROOT / path).read_text(encoding="utf-8"):
            continue
        for value in vars(import_module(".".join(path.with_suffix("").parts))).values():
            inside = list(value.values()) if isinstance(value, dict) else value
            several = inside if isinstance(inside, tuple | list) else [inside]
            yield from (one for one in several if isinstance(one, OutboxKind))


KINDS = tuple(_declared())
"""The kinds of all features; a new one is in it by itself."""


def stored_text(kind: str, version: int) -> str:
    """The JSON of one payload as a release of that version stored it."""
    return (PAYLOADS / f"{kind}.{version}.json").read_text(encoding="utf-8").rstrip("\n")
