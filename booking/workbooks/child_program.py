"""Writes a workbook from JSON; runs in a child process, as it takes memory and time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from booking import json_values
from booking.workbooks.engine import sheets
from booking.workbooks.engine.books import Book, Mark, written

Marks = tuple[Mark, ...]


def question(books: Sequence[Book]) -> bytes:
    """The input message for `main`."""
    values = [
        {
            "sheet": sheets.write(book.sheet),
            "marks": json_values.write(book.marks),
            "marks_header": book.marks_header,
        }
        for book in books
    ]
    return json.dumps(values, ensure_ascii=False).encode()


def main(message: bytes) -> bytes:
    """The bytes of the workbook."""
    return written([_book(values) for values in json.loads(message)])


def _book(values: dict[str, Any]) -> Book:
    marks = json_values.read(values["marks"], Marks)
    return Book(sheets.read(values["sheet"]), marks, values["marks_header"])
