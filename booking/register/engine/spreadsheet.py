"""Reading a register out of an .xlsx file: bytes in, a `Roster` to look at out.

Survives the mess of real files (title rows, odd headers, footers, spaces, several kinds of dates
and numbers), leaves out identity and bank numbers, and names every problem by row and column.
"""

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from booking.register.engine.archive import check_archive
from booking.register.engine.cells import clean
from booking.register.engine.columns import (
    HEADER_WITHIN,
    Row,
    find_header,
    guess_header,
    read_columns,
    take_header,
)
from booking.register.engine.private_numbers import without_secrets
from booking.register.engine.roster import (
    Column,
    ColumnRole,
    Person,
    Problem,
    ProblemCode,
    Reason,
    Roster,
    Severity,
    UnreadableRoster,
)
from booking.register.engine.row_filter import read_people

__all__ = [
    "Column",
    "ColumnRole",
    "Person",
    "Problem",
    "ProblemCode",
    "Reason",
    "Roster",
    "Severity",
    "UnreadableRoster",
    "read_roster",
]

MAX_PEOPLE = 20_000
MAX_ROWS = 25_000
"""With titles, subtotals, footers and doubles; what has more is not read to its end."""
MAX_COLUMNS = 100
MAX_CELL = 32_767
"""Characters of a cell; no spreadsheet program writes more."""
MAX_TEXT = 20_000_000
"""Characters of all cells together: 1,000 a person."""
_LAST_ROW = 1_048_576
"""Of any .xlsx sheet; a file that claims more is not made by a spreadsheet program."""


def read_roster(
    data: bytes, *, filename: str, columns: Mapping[str, ColumnRole] | None = None
) -> Roster:
    """The register that an .xlsx file holds.

    Of several visible sheets the first with a column of names is read. `columns` gives roles by
    letter ({"C": ColumnRole.TITLE}) where the coordinator knows better than the headers; the other
    columns keep theirs, and identity and bank numbers stay left out.

    Raises `UnreadableRoster` when the file as a whole cannot be read; with too little memory or
    too deep a nesting, what Python raises for that.
    """
    check_archive(data, filename)
    said = columns or {}
    title, header_row, rows = _read_sheet(data)
    headers, below = take_header(rows, header_row)
    known = read_columns(headers, below, said)
    if not any(column.role is ColumnRole.NAME for column in known):
        raise UnreadableRoster(Reason.NO_NAME_COLUMN, known)
    people, duplicates, problems = read_people(below, known)
    if not people and not problems:
        raise UnreadableRoster(Reason.EMPTY, known)
    if len(people) > MAX_PEOPLE:
        raise UnreadableRoster(Reason.TOO_MANY, known)
    return Roster(title, header_row, known, people, duplicates, problems)


def _read_sheet(data: bytes) -> tuple[str, int, list[Row]]:
    """(name, number of the header row, rows in which anything stands) of the sheet to read."""
    try:
        # openpyxl warns of parts that it leaves out (validations, styles); none matters here.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"openpyxl\.")
            return _choose_sheet(data)
    except (UnreadableRoster, MemoryError, RecursionError):
        raise
    except Exception as broken:
        # A zip of other or damaged parts makes openpyxl fail in a great many ways.
        raise UnreadableRoster(Reason.NOT_XLSX) from broken


def _choose_sheet(data: bytes) -> tuple[str, int, list[Row]]:
    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        tops = [(sheet, list(_rows(sheet, HEADER_WITHIN))) for sheet in _sheets(workbook)]
        for find in (find_header, guess_header):
            for sheet, top in tops:
                header_row = find(top)
                if header_row is not None:
                    title = without_secrets(clean(sheet.title))
                    return title, header_row, list(_rows(sheet, _LAST_ROW))
    finally:
        workbook.close()
    raise UnreadableRoster(Reason.EMPTY)


def _sheets(workbook: Any) -> list[Any]:
    """The visible sheets; several that are one part of the file are one."""
    parts = {
        getattr(sheet, "_worksheet_path", sheet.title): sheet
        for sheet in reversed(workbook.worksheets)
        if sheet.sheet_state == "visible"
    }
    return list(reversed(parts.values()))


def _rows(sheet: Any, last: int) -> Iterator[Row]:
    """The rows in which anything stands, down to row `last`.

    Empty rows are not counted against the limit: forms are often formatted down to the last row.
    """
    # What the sheet says of its own size is wrong in files of several programs.
    sheet.reset_dimensions()
    filled = text = 0
    found = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    for number, values in enumerate(islice(found, last + 1), 1):
        if number > _LAST_ROW:
            raise UnreadableRoster(Reason.TOO_LARGE)
        if number > last:
            return
        if values.count(None) < len(values):
            filled += 1
            lengths = [len(value) for value in values if isinstance(value, str)]
            text += sum(lengths)
            if filled > MAX_ROWS or text > MAX_TEXT or max(lengths, default=0) > MAX_CELL:
                raise UnreadableRoster(Reason.TOO_LARGE)
            yield number, _trimmed(values)


def _trimmed(values: Sequence[object]) -> tuple[object, ...]:
    """Without the empty cells at the end, most of the hundred in a sheet of ten columns."""
    width = max(index for index, value in enumerate(values, 1) if value is not None)
    return tuple(values[:width])
