"""Cells that no spreadsheet takes for formulas. Pure.

OWASP, "CSV Injection": a cell that begins with one of these characters may be calculated, also
after spaces. An apostrophe before it makes it text.
"""

from __future__ import annotations

from booking.text import FORMULA_BEGINNINGS, one_line, visible

LONGEST_CELL = 32_000
"""Characters; Excel takes 32,767."""


def safe_cell(text: str) -> str:
    """The text as one line that is not calculated."""
    line = one_line(visible(text))[:LONGEST_CELL]
    return f"'{line}" if line.startswith(FORMULA_BEGINNINGS) else line
