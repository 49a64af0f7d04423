"""The payloads that are kept as files: as they were stored, by kind and version."""

from __future__ import annotations

from pathlib import Path

PAYLOADS = Path(__file__).parent / "payloads"


def stored_text(kind: str, version: int) -> str:
    """The JSON of one payload as a release of that version stored it."""
    return (PAYLOADS / f"{kind}.{version}.json").read_text(encoding="utf-8").rstrip("\n")
