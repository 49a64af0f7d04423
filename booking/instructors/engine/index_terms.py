"""Short pieces of text by which PostgreSQL's index finds what a word may stand in. Pure.

`search_terms`, a function of the database (migration 0007), takes a text apart into its
characters, its pairs of neighbouring characters, and its pinyin tokens, each with `^` before.
A word that stands in the text has all its pairs there too, but not the other way round: what
the index finds is compared with the word itself afterwards.

The codes of somebody's fields and regions are kept in one text, too, a token each, so that
whoever searches by them looks at one row a person. They go to the index like pinyin tokens.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import quote

LONGEST_TERM = 50
"""Characters of a token that the index keeps, beside its `^` (migration 0007)."""

MAX_TEXT = 20_000
"""Characters of an instructor's texts that a search looks at; real ones have a few hundred."""
MAX_PINYIN = 100_000
"""Characters of their pinyin."""


def query(word: str) -> str:
    """The terms of a normalised word in the notation of `tsquery`.

    >>> query("急救包")
    "'急救'&'救包'"
    >>> query("zs")
    "'zs'|'^zs':*"
    """
    pairs = ["".join(pair) for pair in pairwise(word)] or [word]
    inside = "&".join(dict.fromkeys(map(_quoted, pairs)))
    return f"{inside}|{_quoted('^' + word)}:*" if word.isascii() else inside


def codes(fields: Iterable[str], regions: Iterable[str]) -> str:
    """The codes of fields (and of those above them) and of served regions as one text.

    >>> codes(["law.civil", "law"], ["990102"])
    ' /law.civil /law @990102 '
    """
    tokens = dict.fromkeys([*map(_field, fields), *map(_region, regions)])
    return f" {' '.join(tokens)} " if tokens else ""


def field(code: str) -> str:
    """What stands in the text of codes of whoever works in a field or below it."""
    return f" {_field(code)} "


def region(code: str) -> str:
    """What stands there of whoever serves a region."""
    return f" {_region(code)} "


def regions_under(prefix: str) -> str:
    """What stands there of whoever serves a region whose code begins so."""
    return f" {_region(prefix)}"


def codes_query(pieces: Iterable[str]) -> str:
    """Any of these parts of the text of codes, in the notation of `tsquery`.

    >>> codes_query([region("990000"), regions_under("9901")])
    "'^@990000'|'^@9901':*"
    """
    return "|".join(map(_code_term, pieces))


def _code_term(piece: str) -> str:
    beginning = "" if piece.endswith(" ") else ":*"
    return _quoted("^" + piece.strip()[:LONGEST_TERM]) + beginning


def _field(code: str) -> str:
    return f"/{quote(code, safe='')}"


def _region(code: str) -> str:
    return f"@{quote(code, safe='')}"


def _quoted(term: str) -> str:
    doubled = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
