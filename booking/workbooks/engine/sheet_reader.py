"""The rows of the sheets of an .xlsx file, within bounds."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from booking.workbooks.engine.archive import check_archive
from booking.workbooks.engine.problems import FileProblem, UnreadableFile
from booking.workbooks.engine.sheets import MOST_COLUMNS, Row

LAST_ROW = 1_048_576
"""The format's last row number; a file with more was not made by a spreadsheet program."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that is read of one sheet; beyond it the file is refused."""

    rows: int
    """Rows that are not empty."""
    cell: int
    """Characters of one cell."""
    text: int
    """Characters of all cells together."""
    columns: int = MOST_COLUMNS
    """Columns further right are left out."""


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A visible sheet of an open file."""

    title: str
    bounds: Bounds
    source: Any

    def rows(self, last: int = LAST_ROW) -> Iterator[Row]:
        """The non-empty rows, down to row `last`. Raises `UnreadableFile` beyond the bounds.

        Empty rows are not counted: forms are often formatted down to the last row.
        """
        # The dimension that a sheet declares is wrong in files of several programs.
        self.source.reset_dimensions()
        filled = text = 0
        rows = self.source.iter_rows(max_col=self.bounds.columns, values_only=True)
        for number, values in enumerate(islice(rows, last + 1), 1):
            if number > LAST_ROW:
                raise UnreadableFile(FileProblem.TOO_LARGE)
            if number > last:
                return
            if values.count(None) < len(values):
                filled += 1
                lengths = [len(value) for value in values if isinstance(value, str)]
                text += sum(lengths)
                if self._exceeded(filled, text, max(lengths, default=0)):
                    raise UnreadableFile(FileProblem.TOO_LARGE)
                yield number, _trimmed(values)

    def _exceeded(self, rows: int, text: int, cell: int) -> bool:
        bounds = self.bounds
        return rows > bounds.rows or text > bounds.text or cell > bounds.cell


@contextmanager
def opened(data: bytes, *, filename: str, bounds: Bounds) -> Iterator[Sequence[OpenSheet]]:
    """The visible sheets of an .xlsx file, to be read within the block.

    Raises `UnreadableFile`; MemoryError and RecursionError where the file exceeds the limits of the
    process. Any other error of the block is that of a damaged file.
    """
    check_archive(data, filename)
    # Imported here, as it loads numpy, and web processes read limits only.
    from openpyxl import load_workbook

    try:
        # openpyxl warns of parts that it ignores (validations, styles); none is needed here.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"openpyxl\.")
            workbook = load_workbook(
                io.BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
            try:
                yield [OpenSheet(one.title, bounds, one) for one in _visible(workbook)]
            finally:
                workbook.close()
    except (UnreadableFile, MemoryError, RecursionError):
        raise
    except Exception as broken:
        # openpyxl raises many exception types for a zip with foreign or damaged parts.
        raise UnreadableFile(FileProblem.NOT_XLSX) from broken


def _visible(workbook: Any) -> list[Any]:
    """The visible sheets, one for each part of the archive that several may refer to."""
    parts = {
        getattr(sheet, "_worksheet_path", sheet.title): sheet
        for sheet in reversed(workbook.worksheets)
        if sheet.sheet_state == "visible"
    }
    return list(reversed(parts.values()))


def _trimmed(values: Sequence[object]) -> tuple[object, ...]:
    """`values` without trailing empty cells: most of the 100 in a sheet of ten columns."""
    width = max(index for index, value in enumerate(values, 1) if value is not None)
    return tuple(values[:width])
