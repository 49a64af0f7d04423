"""Parses the bytes of an .xlsx register into a `Roster`.

Tolerates irregular files (title rows, unusual headers, footers, spaces, several formats of dates
and numbers), drops identity and bank numbers, and locates every problem by row and column.
"""

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from booking.register.engine.archive import check_archive
from booking.register.engine.cells import clean
from booking.register.engine.columns import (
    HEADER_WITHIN,
    MOST_COLUMNS,
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
    Roster,
    Severity,
    UnreadableReason,
    UnreadableRoster,
)
from booking.register.engine.row_filter import read_people
from booking.register.engine.sheets import AS_READ, Choice, Sheet, kept

__all__ = [
    "Column",
    "ColumnRole",
    "Person",
    "Problem",
    "ProblemCode",
    "Roster",
    "Severity",
    "UnreadableReason",
    "UnreadableRoster",
    "read_roster",
    "read_sheet",
    "roster_of",
]

MAX_PEOPLE = 20_000
MAX_ROWS = 25_000
"""Including titles, subtotals, footers and duplicates; beyond it the file is refused."""
MAX_CELL = 32_767
"""Maximum characters of a cell; no spreadsheet program writes more."""
MAX_TEXT = 20_000_000
"""Maximum characters of all cells together: 1,000 per person."""
_LAST_ROW = 1_048_576
"""The format's last row number; a file with more was not made by a spreadsheet program."""


def read_roster(
    data: bytes, *, filename: str, columns: Mapping[str, ColumnRole] | None = None
) -> Roster:
    """The roster of an .xlsx file; `columns` overrides roles by letter ({"C": ColumnRole.TITLE}).

    Raises what `read_sheet` and `roster_of` raise.
    """
    return roster_of(read_sheet(data, filename=filename), Choice(roles=columns or {}))


def read_sheet(data: bytes, *, filename: str) -> Sheet:
    """The cells of an .xlsx file, without identity and bank numbers.

    Of several visible sheets the first with a NAME column is read. Raises `UnreadableRoster` when
    the file as a whole cannot be read, and MemoryError or RecursionError where the file exceeds
    the limits of the process.
    """
    check_archive(data, filename)
    return kept(*_read_sheet(data))


def roster_of(sheet: Sheet, choice: Choice = AS_READ) -> Roster:
    """The people of a sheet, its columns understood by their headers and by what was chosen.

    FORBIDDEN columns cannot be overridden. Raises `UnreadableRoster`.
    """
    header_row = sheet.header_row
    if choice.header_row in {number for number, _cells in sheet.rows}:
        header_row = choice.header_row or header_row
    headers, below = take_header(sheet.rows, header_row)
    parsed_columns = read_columns(headers, below, choice.roles, choice.remembered)
    if not any(column.role is ColumnRole.NAME for column in parsed_columns):
        raise UnreadableRoster(UnreadableReason.NO_NAME_COLUMN, parsed_columns)
    people, duplicates, problems = read_people(below, parsed_columns)
    if not people and not problems:
        raise UnreadableRoster(UnreadableReason.EMPTY, parsed_columns)
    if len(people) > MAX_PEOPLE:
        raise UnreadableRoster(UnreadableReason.TOO_MANY, parsed_columns)
    return Roster(sheet.title, header_row, parsed_columns, people, duplicates, problems)


def _read_sheet(data: bytes) -> tuple[str, int, list[Row]]:
    """(title, number of the header row, non-empty rows) of the sheet to read."""
    try:
        # openpyxl warns of parts that it ignores (validations, styles); none is needed here.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"openpyxl\.")
            return _choose_sheet(data)
    except (UnreadableRoster, MemoryError, RecursionError):
        raise
    except Exception as broken:
        # openpyxl raises many exception types for a zip with foreign or damaged parts.
        raise UnreadableRoster(UnreadableReason.NOT_XLSX) from broken


def _choose_sheet(data: bytes) -> tuple[str, int, list[Row]]:
    # Imported here, as it loads numpy, and web processes read this module's limits only.
    from openpyxl import load_workbook

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
    raise UnreadableRoster(UnreadableReason.EMPTY)


def _sheets(workbook: Any) -> list[Any]:
    """The visible sheets, one for each part of the archive that several may refer to."""
    parts = {
        getattr(sheet, "_worksheet_path", sheet.title): sheet
        for sheet in reversed(workbook.worksheets)
        if sheet.sheet_state == "visible"
    }
    return list(reversed(parts.values()))


def _rows(sheet: Any, last: int) -> Iterator[Row]:
    """The non-empty rows, down to row `last`.

    Empty rows are not counted against the limit: forms are often formatted down to the last row.
    """
    # The dimension that a sheet declares is wrong in files of several programs.
    sheet.reset_dimensions()
    filled = text = 0
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    for number, values in enumerate(islice(rows, last + 1), 1):
        if number > _LAST_ROW:
            raise UnreadableRoster(UnreadableReason.TOO_LARGE)
        if number > last:
            return
        if values.count(None) < len(values):
            filled += 1
            lengths = [len(value) for value in values if isinstance(value, str)]
            text += sum(lengths)
            if filled > MAX_ROWS or text > MAX_TEXT or max(lengths, default=0) > MAX_CELL:
                raise UnreadableRoster(UnreadableReason.TOO_LARGE)
            yield number, _trimmed(values)


def _trimmed(values: Sequence[object]) -> tuple[object, ...]:
    """`values` without trailing empty cells: most of the 100 in a sheet of ten columns."""
    width = max(index for index, value in enumerate(values, 1) if value is not None)
    return tuple(values[:width])
