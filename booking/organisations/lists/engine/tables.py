"""The cells of an .xlsx or CSV file as texts. Pure; runs in a child process."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Iterator
from dataclasses import dataclass

from booking.accounts.engine.csv_lists import decoded
from booking.text import visible
from booking.workbooks.engine import archive
from booking.workbooks.engine.problems import FileProblem, UnreadableFile
from booking.workbooks.engine.sheet_reader import Bounds, opened
from booking.workbooks.engine.texts import restored

MAX_ROWS = 10_000
MAX_COLUMNS = 30
MAX_CELL = 500
MAX_EMPTY = 20_000
"""Empty rows of a CSV file that are read before it is refused."""

BOUNDS = Bounds(rows=MAX_ROWS + 1, cell=MAX_CELL, text=4_000_000, columns=MAX_COLUMNS)
"""One row more for the header; 400 characters a row."""

_OLE2 = bytes.fromhex("D0CF11E0")
_ZIP = b"PK"


class Unreadable(enum.StrEnum):
    """Why a file cannot be read."""

    NOTHING = "nothing"
    TOO_LARGE = "too_large"
    OLD_XLS = "old_xls"
    NOT_A_LIST = "not_a_list"
    EMPTY = "empty"
    TOO_HARD = "too_hard"


_REASONS = {
    FileProblem.TOO_LARGE: Unreadable.TOO_LARGE,
    FileProblem.TOO_HARD: Unreadable.TOO_HARD,
}


class UnreadableTable(ValueError):
    """The file as a whole cannot be read."""

    def __init__(self, reason: Unreadable) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row by its number in the spreadsheet, from 1; cells without surrounding spaces."""

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are not empty; the first of them is the header."""

    rows: tuple[TableRow, ...]


def read_table(data: bytes, *, filename: str) -> Table:
    """The table of a file; raises `UnreadableTable`."""
    if not data:
        raise UnreadableTable(Unreadable.NOTHING)
    if len(data) > archive.MAX_BYTES:
        raise UnreadableTable(Unreadable.TOO_LARGE)
    if data.startswith(_OLE2) or filename.strip().lower().endswith(".xls"):
        raise UnreadableTable(Unreadable.OLD_XLS)
    rows = tuple(_xlsx(data, filename) if data.startswith(_ZIP) else _csv_rows(data))
    if not rows:
        raise UnreadableTable(Unreadable.EMPTY)
    return Table(rows)


def _xlsx(data: bytes, filename: str) -> list[TableRow]:
    try:
        with opened(data, filename=filename, bounds=BOUNDS) as sheets:
            found = list(sheets[0].rows()) if sheets else []
    except UnreadableFile as error:
        raise UnreadableTable(_REASONS.get(error.problem, Unreadable.NOT_A_LIST)) from error
    rows = (TableRow(number, tuple(map(_text, cells))) for number, cells in found)
    return [row for row in rows if any(row.cells)]


def _csv_rows(data: bytes) -> Iterator[TableRow]:
    empty = filled = 0
    for number, line in enumerate(_csv(data), 1):
        cells = tuple(restored(_text(cell)) for cell in line[:MAX_COLUMNS])
        if any(cells):
            filled += 1
            if filled > BOUNDS.rows or any(len(cell) > MAX_CELL for cell in cells):
                raise UnreadableTable(Unreadable.TOO_LARGE)
            yield TableRow(number, cells)
        else:
            empty += 1
            if empty > MAX_EMPTY:
                raise UnreadableTable(Unreadable.TOO_LARGE)


def _text(cell: object) -> str:
    """A cell as text: 990101 and 990101.0 are the same number."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return visible(str(cell)).strip(" \u3000\u00a0\n")


def _csv(data: bytes) -> Iterator[list[str]]:
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableTable(Unreadable.NOT_A_LIST)
    try:
        yield from csv.reader(io.StringIO(decoded(data), newline=""))
    except csv.Error:
        raise UnreadableTable(Unreadable.NOT_A_LIST) from None
