"""The cells of an .xlsx or CSV file as texts. Pure; runs in a child process."""

from __future__ import annotations

import csv
import enum
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from booking.accounts.engine.csv_lists import decoded
from booking.process.sizes import MEGABYTE
from booking.text import visible

MAX_BYTES = 5 * MEGABYTE
MAX_UNPACKED = 60 * MEGABYTE
MAX_PARTS = 500
MAX_ROWS = 10_000
MAX_COLUMNS = 30
MAX_CELL = 500
MAX_EMPTY = 20_000
"""Empty rows that are read before the file is refused: some are formatted far down."""

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
    if len(data) > MAX_BYTES:
        raise UnreadableTable(Unreadable.TOO_LARGE)
    if data.startswith(_OLE2) or filename.strip().lower().endswith(".xls"):
        raise UnreadableTable(Unreadable.OLD_XLS)
    lines = _xlsx(data) if data.startswith(_ZIP) else _csv(data)
    rows = tuple(_filled(lines))
    if not rows:
        raise UnreadableTable(Unreadable.EMPTY)
    return Table(rows)


def _filled(lines: Iterable[Iterable[object]]) -> Iterator[TableRow]:
    empty = filled = 0
    for number, line in enumerate(lines, 1):
        cells = tuple(_text(cell) for cell in islice(line, MAX_COLUMNS))
        if any(cells):
            filled += 1
            if filled > MAX_ROWS + 1 or any(len(cell) > MAX_CELL for cell in cells):
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


def _xlsx(data: bytes) -> Iterator[tuple[object, ...]]:
    try:
        _check_archive(data)
        yield from _sheet(data)
    except (UnreadableTable, MemoryError, RecursionError):
        raise
    except Exception as broken:
        # openpyxl and zipfile raise many types for foreign or damaged parts.
        raise UnreadableTable(Unreadable.NOT_A_LIST) from broken


def _check_archive(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    # A part is never unpacked beyond the size it declares.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableTable(Unreadable.TOO_LARGE)


def _sheet(data: bytes) -> Iterator[tuple[object, ...]]:
    # Imported here, as it loads numpy, and web processes read this module's limits only.
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"openpyxl\.")
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheets: list[Any] = [
                sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"
            ]
            if not sheets:
                raise UnreadableTable(Unreadable.EMPTY)
            # The dimension that a sheet declares is wrong in files of several programs.
            sheets[0].reset_dimensions()
            yield from sheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True)
        finally:
            workbook.close()
