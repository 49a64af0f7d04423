"""Cleaning of entered text before it is stored. Pure.

PostgreSQL rejects NUL, and a control character in a stored text would reach every calendar and
mail that contains it. A text of invisible characters only counts as empty.
"""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""C0 controls and DEL, except tab and LF; of CR LF the LF stays."""

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Invisible characters that Unicode classifies as letters or symbols."""


def plain(text: str) -> str:
    """The text without control characters; empty if all of it is invisible."""
    kept = _CONTROLS.sub("", text)
    return "" if is_blank(kept) else kept


def has_controls(text: str) -> bool:
    """Whether the text contains characters that `plain` removes."""
    return _CONTROLS.search(text) is not None


def is_blank(text: str) -> bool:
    """Whether the text is invisible: only spaces, zero-width and format characters."""
    return all(
        letter in _BLANKS or unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
        for letter in text
    )


def is_local(target: str) -> bool:
    """Whether a URL is a path of this site in the reading of every browser."""
    # Browsers drop tabs and line breaks and treat a backslash as a slash.
    return target.isprintable() and re.match(r"/(?![/\\])", target) is not None
