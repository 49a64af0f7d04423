"""Writes a workbook from JSON; runs in a child process, as it takes memory and time."""

from __future__ import annotations

import json

from booking import json_values
from booking.workbooks.engine import sheets
from booking.workbooks.engine.books import Book, Mark, written

Marks = tuple[Mark, ...]


def question(book: Book) -> bytes:
    """The input message for `main`."""
    values = {
        "sheet": sheets.write(book.sheet),
        "marks": json_values.write(book.marks),
        "marks_header": book.marks_header,
    }
    return json.dumps(values, ensure_ascii=False).encode()


def main(message: bytes) -> bytes:
    """The bytes of the workbook."""
    values = json.loads(message)
    marks = json_values.read(values["marks"], Marks)
    return written(Book(sheets.read(values["sheet"]), marks, values["marks_header"]))
