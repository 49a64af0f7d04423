"""A sheet as plain values, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | bool | None
_CELL_KINDS = frozenset({str, int, float, bool, type(None)})

Row = tuple[int, tuple[object, ...]]
"""(row number from 1, cells from column A); empty rows are left out."""

MOST_COLUMNS = 100
"""Columns that are read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The non-empty rows of a sheet, and the number of the row that looks like its header."""

    title: str
    header_row: int
    rows: tuple[Row, ...]


def table(title: str, head: Sequence[str], lines: Sequence[Sequence[Cell]]) -> Sheet:
    """A sheet of a header and lines."""
    rows = [(number, tuple(cells)) for number, cells in enumerate([head, *lines], 1)]
    return Sheet(title, 1, tuple(rows))


def write(sheet: Sheet) -> dict[str, Any]:
    """A sheet as JSON values."""
    rows = [[number, list(cells)] for number, cells in sheet.rows]
    return {"title": sheet.title, "header_row": sheet.header_row, "rows": rows}


def read(values: object) -> Sheet:
    """The inverse of `write`; raises `ValueError` for any other shape."""
    match values:
        case {"title": str(title), "header_row": int(header_row), "rows": list(rows), **others}:
            if not others:
                return Sheet(title, header_row, tuple(map(_row, rows)))
    raise ValueError("not a sheet")


def _row(values: object) -> Row:
    match values:
        case [int(number), list(cells)] if len(cells) <= MOST_COLUMNS:
            if set(map(type, cells)) <= _CELL_KINDS:
                return number, tuple(cells)
    raise ValueError("not a row of a sheet")
