"""Workbooks as files: written in a child process, so that no request holds up the others."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from booking.errors import DomainError
from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.sentences import N_
from booking.workbooks import child_program
from booking.workbooks.engine.books import Book, Mark
from booking.workbooks.engine.sheets import Cell, Sheet, table
from booking.workbooks.engine.texts import as_csv

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"

LIMITS = Limits(memory=1024 * 1024 * 1024, cpu_seconds=40, seconds=60)
"""20,000 people take 7 s and 300 MB on an idle machine."""


class NotWritten(DomainError):
    """Raised when the child could not write the file within its limits."""

    status = 503
    sentence = N_("The spreadsheet could not be written. Choose fewer rows, or try again later.")


def marked(sheet: Sheet, header_row: int, marks: Sequence[Mark], marks_header: str) -> bytes:
    """Kept cells with marks."""
    shown = Sheet(sheet.title, header_row, sheet.rows)
    return _ask(Book(shown, tuple(marks), marks_header))


def listed(title: str, head: Sequence[str], lines: Sequence[Sequence[Cell]]) -> bytes:
    """A table with a header."""
    return _ask(Book(table(title, head, lines)))


class FileKind(enum.StrEnum):
    """What a table is written as: .xlsx for people, CSV for programs."""

    CSV = "csv"
    XLSX = "xlsx"


MIMETYPES = {FileKind.CSV: CSV, FileKind.XLSX: XLSX}


def written(
    kind: FileKind, title: str, head: Sequence[str], lines: Sequence[Sequence[Cell]]
) -> bytes:
    """A table with a header as a file of a kind."""
    return as_csv([head, *lines]) if kind is FileKind.CSV else listed(title, head, lines)


def several(sheets: Sequence[Sheet]) -> bytes:
    """Several tables, a sheet for each; at least one."""
    return _ask(*map(Book, sheets))


def _ask(*books: Book) -> bytes:
    try:
        return child.ask(child_program.__name__, child_program.question(books), LIMITS)
    except ChildEnded:
        raise NotWritten() from None
