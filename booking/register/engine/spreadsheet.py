"""Parses the bytes of an .xlsx register into a `Roster`.

Tolerates irregular files (title rows, unusual headers, footers, spaces, several formats of dates
and numbers), drops identity and bank numbers, and locates every problem by row and column.
"""

from collections.abc import Mapping, Sequence

from booking.register.engine.cells import clean
from booking.register.engine.columns import (
    HEADER_WITHIN,
    find_header,
    guess_header,
    read_columns,
    take_header,
)
from booking.register.engine.kept_sheets import AS_READ, Choice, kept
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
from booking.workbooks.engine.problems import UnreadableFile
from booking.workbooks.engine.sheet_reader import Bounds, OpenSheet, opened
from booking.workbooks.engine.sheets import Row, Sheet

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
BOUNDS = Bounds(rows=25_000, cell=32_767, text=20_000_000)
"""Rows include titles, subtotals, footers and duplicates; no spreadsheet program writes a longer
cell; 1,000 characters per person."""


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
    try:
        with opened(data, filename=filename, bounds=BOUNDS) as sheets:
            title, header_row, rows = _chosen_sheet(sheets)
    except UnreadableFile as error:
        raise UnreadableRoster(UnreadableReason(error.problem.value)) from error
    if not rows:
        raise UnreadableRoster(UnreadableReason.EMPTY)
    return kept(title, header_row, rows)


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


def _chosen_sheet(sheets: Sequence[OpenSheet]) -> tuple[str, int, list[Row]]:
    """(title, number of the header row, non-empty rows) of the sheet to read."""
    tops = [(sheet, list(sheet.rows(HEADER_WITHIN))) for sheet in sheets]
    for find in (find_header, guess_header):
        for sheet, top in tops:
            header_row = find(top)
            if header_row is not None:
                title = without_secrets(clean(sheet.title))
                return title, header_row, list(sheet.rows())
    return "", 0, []
