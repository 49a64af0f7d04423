"""Sheets with marks as the bytes of an .xlsx file.

Texts stay texts: a cell that begins like a formula is stored as a text, and marked as one
(quotePrefix), so that no spreadsheet program computes it, not even after it was edited.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from booking.text import without_controls
from booking.workbooks.engine.letters import index_of, letter
from booking.workbooks.engine.sheets import Sheet
from booking.workbooks.engine.texts import DANGEROUS

LONGEST_CELL = 32_767
"""Characters; spreadsheet programs take no more."""

MOST_GAPS = 60_000
"""Below this last row the rows keep their numbers; a sheet with more is written without gaps."""

LONGEST_COMMENT = 500
_WRONG, _DOUBTFUL, _HEAD = "FFF4C7C3", "FFFFF2CC", "FFE8EEF7"
_WIDTHS = (8, 40)
_SAMPLE = 200
_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF))
"""Rows by which the width of columns is chosen."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wrong with one cell."""

    row: int
    column: str
    words: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Book:
    """A sheet, the marks of its cells, and the header of the column that repeats their words."""

    sheet: Sheet
    marks: tuple[Mark, ...] = ()
    marks_header: str = ""


def written(books: Sequence[Book]) -> bytes:
    """The bytes of an .xlsx file with these sheets, at least one."""
    # Imported here, as it loads numpy, and web processes import this module for its values.
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    for book in books:
        # A title that another sheet has gets a number.
        target = workbook.create_sheet(_title(book.sheet.title))
        target.freeze_panes = f"A{book.sheet.header_row + 1}"
        for column, width in _widths(book.sheet).items():
            target.column_dimensions[column].width = width
        _write_rows(target, book)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _title(text: str) -> str:
    """A title without the characters that Excel forbids, of at most 31 characters."""
    return "".join(one for one in text if one not in "[]:*?/\\").strip("' ")[:31] or "Sheet1"


def _widths(sheet: Sheet) -> dict[str, int]:
    longest: dict[int, int] = defaultdict(int)
    for _number, cells in sheet.rows[:_SAMPLE]:
        for at, value in enumerate(cells, 1):
            line = max(str(value or "").split("\n"), key=len)
            # A Chinese character is twice as wide as a digit.
            longest[at] = max(longest[at], len(line.encode("gb18030", "replace")))
    least, most = _WIDTHS
    return {letter(at - 1): min(max(size + 2, least), most) for at, size in longest.items()}


def _write_rows(target: Any, book: Book) -> None:
    marks: dict[int, list[Mark]] = defaultdict(list)
    for mark in book.marks:
        marks[mark.row].append(mark)
    rows = book.sheet.rows
    keeps_numbers = bool(rows) and rows[-1][0] <= MOST_GAPS
    width = max((len(cells) for _number, cells in rows), default=0)
    last = 0
    for number, cells in rows:
        if keeps_numbers:
            for _gap in range(number - last - 1):
                target.append([])
        last = number
        is_head = number == book.sheet.header_row
        line = _line(target, cells, marks[number], is_head=is_head)
        if book.marks_header and (is_head or marks[number]):
            words = "；".join(dict.fromkeys(mark.words for mark in marks[number]))
            line += [None] * (width - len(line))
            line.append(_cell(target, book.marks_header if is_head else words, is_head=is_head))
        target.append(line)


def _line(
    target: Any, cells: Sequence[object], marks: Sequence[Mark], *, is_head: bool
) -> list[Any]:
    by_column: Mapping[int, list[Mark]] = _by_column(marks)
    width = max([len(cells), *(at + 1 for at in by_column)])
    values = [*cells, *[None] * (width - len(cells))]
    return [
        _cell(target, value, marks=by_column.get(at, ()), is_head=is_head)
        for at, value in enumerate(values)
    ]


def _by_column(marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        found[index_of(mark.column)].append(mark)
    return found


def _cell(target: Any, value: object, *, marks: Sequence[Mark] = (), is_head: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font

    if isinstance(value, str):
        value = without_controls(value).translate(_NO_CHARACTERS)[:LONGEST_CELL]
    cell: Any = WriteOnlyCell(target, value=value)  # type: ignore[arg-type]
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(DANGEROUS):
            cell.quotePrefix = True
        if "\n" in value:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font = Font(bold=True)
        cell.fill = _fill(_HEAD)
    if marks:
        cell.fill = _fill(_WRONG if any(mark.is_error for mark in marks) else _DOUBTFUL)
        words = "\n".join(mark.words for mark in marks)
        cell.comment = Comment(words[:LONGEST_COMMENT], "Yueke")
    return cell


def _fill(colour: str) -> Any:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=colour)
