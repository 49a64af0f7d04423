"""The terms of the full-text index on PostgreSQL, and queries for them. Pure.

`search_terms`, a database function (migration 0007), splits a text into its characters, its pairs
of neighbouring characters, and its pinyin tokens, each prefixed with `^`. A text that contains a
word contains all pairs of that word, but not the other way round: index hits are rechecked against
the word itself.

The codes of an instructor's fields and regions are also stored as one text, a token each, so that a
search by codes reads one row per instructor. They are indexed like pinyin tokens.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import quote

LONGEST_TERM = 50
"""Maximum characters of an indexed token, not counting its `^` (migration 0007)."""

MAX_TEXT = 20_000
"""Maximum characters of an instructor's search text; real ones have a few hundred."""
MAX_PINYIN = 100_000
"""Maximum characters of an instructor's pinyin."""


def query(word: str) -> str:
    """The `tsquery` for the terms of a normalised word.

    >>> query("急救包")
    "'急救'&'救包'"
    >>> query("zs")
    "'zs'|'^zs':*"
    """
    pairs = ["".join(pair) for pair in pairwise(word)] or [word]
    all_pairs = "&".join(dict.fromkeys(map(_quoted, pairs)))
    return f"{all_pairs}|{_quoted('^' + word)}:*" if word.isascii() else all_pairs


def codes(fields: Iterable[str], regions: Iterable[str]) -> str:
    """The codes of fields (and of those above them) and of served regions as one text.

    >>> codes(["law.civil", "law"], ["990102"])
    ' /law.civil /law @990102 '
    """
    tokens = dict.fromkeys([*map(_field, fields), *map(_region, regions)])
    return f" {' '.join(tokens)} " if tokens else ""


def field(code: str) -> str:
    """The piece in the codes of instructors who work in a field or below it."""
    return f" {_field(code)} "


def region(code: str) -> str:
    """The piece in the codes of instructors who serve a region."""
    return f" {_region(code)} "


def regions_under(prefix: str) -> str:
    """The piece in the codes of instructors who serve a region whose code has this prefix."""
    return f" {_region(prefix)}"


def codes_query(pieces: Iterable[str]) -> str:
    """The `tsquery` for any of these pieces of the codes.

    >>> codes_query([region("990000"), regions_under("9901")])
    "'^@990000'|'^@9901':*"
    """
    return "|".join(map(_code_term, pieces))


def _code_term(piece: str) -> str:
    prefix_mark = "" if piece.endswith(" ") else ":*"
    return _quoted("^" + piece.strip()[:LONGEST_TERM]) + prefix_mark


def _field(code: str) -> str:
    return f"/{quote(code, safe='')}"


def _region(code: str) -> str:
    return f"@{quote(code, safe='')}"


def _quoted(term: str) -> str:
    doubled = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
