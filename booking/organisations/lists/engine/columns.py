"""Which column is which, by the words of its header. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from booking.organisations.lists.engine.tables import Table, TableRow

C = TypeVar("C")

HEADER_WITHIN = 5
"""The header is looked for in the first rows: a title may stand above it."""


def find_columns(
    table: Table, names: Mapping[C, tuple[str, ...]], needed: tuple[C, ...]
) -> tuple[TableRow, dict[C, int]] | None:
    """The header row, and the index of each column that is known; None without those needed."""
    by_word = {_word(word): column for column, words in names.items() for word in words}
    for row in table.rows[:HEADER_WITHIN]:
        found: dict[C, int] = {}
        for index, cell in enumerate(row.cells):
            column = by_word.get(_word(cell))
            if column is not None:
                found.setdefault(column, index)
        if all(column in found for column in needed):
            return row, found
    return None


def cell_of(row: TableRow, index: int | None) -> str:
    """The text of a cell; empty where the row is shorter."""
    return row.cells[index] if index is not None and index < len(row.cells) else ""


def _word(text: str) -> str:
    return "".join(text.casefold().replace("_", "").split())
