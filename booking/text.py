"""Cleaning of text: the only module that says which characters are removed. Pure.

PostgreSQL rejects NUL, and a control character in a stored text would reach every calendar and
mail that contains it. The rules differ by where a text goes:

- `plain`, for what is stored: without control characters; tabs and line feeds stay.
- `without_controls`, for iCalendar (RFC 5545, 3.3.11): the same, invisible texts stay.
- `one_line`, for the headers of a mail (RFC 5322, 2.2): controls and line breaks become spaces.
- `visible`, for what is compared, searched or read from a cell: also without format characters.
"""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""C0 controls and DEL, except tab and LF; of CR LF the LF stays. Unpaired surrogates, which UTF-8
cannot encode."""

_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
"""All controls, line breaks of every kind, and unpaired surrogates."""

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheet programs may take for a formula (OWASP, CSV injection): the characters of ASCII,
and their full-width forms, which some programs convert."""

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Invisible characters that Unicode classifies as letters or symbols."""


def plain(text: str) -> str:
    """The text without control characters; empty if all of it is invisible."""
    kept = without_controls(text)
    return "" if is_blank(kept) else kept


def without_controls(text: str) -> str:
    """The text without control characters; tabs and line feeds stay."""
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """The text as one line without control characters; any run of whitespace is one space."""
    return " ".join(_NOT_IN_A_LINE.sub(" ", text).split())


def visible(text: str) -> str:
    """The text without format characters (Cf), unpaired surrogates (Cs) and controls (Cc).

    Controls that are whitespace become a space; line feeds stay.
    """
    if text.isprintable():  # True of nearly all texts, and a much cheaper test.
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc" and character.isspace():
        return character if character == "\n" else " "
    return "" if category in {"Cc", "Cf", "Cs"} else character


def has_controls(text: str) -> bool:
    """Whether the text contains characters that `without_controls` removes."""
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
