"""Texts that somebody typed, as they may be stored. Pure.

PostgreSQL takes no NUL, and a control character in a stored text shows up in every calendar
and mail that it goes into. A text in which nothing can be seen is no text.
"""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""C0 and DEL, but for tabs and line breaks; of CR LF the LF stays."""

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by their category, of which nothing is seen."""


def plain(text: str) -> str:
    """The text without control characters; empty if nothing of it can be seen."""
    kept = _CONTROLS.sub("", text)
    return "" if is_blank(kept) else kept


def has_controls(text: str) -> bool:
    """Whether there are characters that `plain` takes out."""
    return _CONTROLS.search(text) is not None


def is_blank(text: str) -> bool:
    """Whether nothing can be seen: spaces of any width, zero-width and format characters."""
    return all(
        letter in _BLANKS or unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
        for letter in text
    )


def is_local(target: str) -> bool:
    """Whether an address is a path of this site, and every browser takes it for one."""
    # Browsers drop tabs and line breaks and read a backslash as a slash.
    return target.isprintable() and re.match(r"/(?![/\\])", target) is not None
