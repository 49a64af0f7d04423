"""Texts that no spreadsheet program takes for a formula (OWASP, CSV injection).

A workbook says of a cell that it is text (`books`). A CSV file cannot: an apostrophe in front of a
text that begins like a formula keeps it one. One of such apostrophes is taken away when a CSV file
is read again, so that no text changes on the way.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from booking.text import FORMULA_BEGINNINGS
from booking.workbooks.engine.sheets import Cell

DANGEROUS = (*FORMULA_BEGINNINGS, "\t", "\r")
"""Beginnings of texts that may be computed when the file is opened."""

BOM = "\ufeff"
"""Makes spreadsheet programs read a CSV file as UTF-8."""


def neutral(text: str) -> str:
    """The text, with an apostrophe in front if it could be computed."""
    return f"'{text}" if _dangerous(text) else text


def restored(text: str) -> str:
    """The text that `neutral` was given."""
    return text[1:] if text.startswith("'") and _dangerous(text) else text


def _dangerous(text: str) -> bool:
    return text.lstrip("'").startswith(DANGEROUS)


def as_csv(lines: Iterable[Sequence[Cell]]) -> bytes:
    """The lines as CSV (RFC 4180), in UTF-8 with a byte order mark; no text can be a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [neutral(cell) if isinstance(cell, str) else cell for cell in line] for line in lines
    )
    return (BOM + text.getvalue()).encode(errors="replace")
