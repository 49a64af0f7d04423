"""Cells that no spreadsheet program takes for a formula, and back. Pure.

A text that begins with one of `DANGEROUS` may be computed when the file is opened (OWASP, CSV
injection): an apostrophe in front of it keeps it a text. One of such apostrophes is taken away when
the list is read again, so that no text changes on the way.
"""

from __future__ import annotations

from booking.text import FORMULA_BEGINNINGS

DANGEROUS = frozenset((*FORMULA_BEGINNINGS, "\t", "\r"))


def neutral(text: str) -> str:
    """The text, with an apostrophe in front if it could be computed."""
    return f"'{text}" if _dangerous(text) else text


def restored(text: str) -> str:
    """The text that `neutral` was given."""
    return text[1:] if text.startswith("'") and _dangerous(text) else text


def _dangerous(text: str) -> bool:
    return text.lstrip("'")[:1] in DANGEROUS if text.lstrip("'") else False
