"""Cells that no spreadsheet takes for formulas. Pure.

OWASP, "CSV Injection": a cell that begins with one of these characters may be calculated, also
after spaces. An apostrophe before it makes it text.
"""

from __future__ import annotations

from booking.text import one_line, visible

_BEGINNINGS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Those of ASCII, and the full-width forms, which some spreadsheets convert."""

LONGEST_CELL = 32_000
"""Characters; Excel takes 32,767."""


def safe_cell(text: str) -> str:
    """The text as one line that is not calculated."""
    line = one_line(visible(text))[:LONGEST_CELL]
    return f"'{line}" if line.startswith(_BEGINNINGS) else line
