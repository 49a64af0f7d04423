"""Short pieces of text by which PostgreSQL's index finds what a word may stand in. Pure.

`search_terms`, a function of the database (migration 0007), takes a text apart into its
characters, its pairs of neighbouring characters, and its pinyin tokens, each with `^` before.
A word that stands in the text has all its pairs there too, but not the other way round: what
the index finds is compared with the word itself afterwards.
"""

from __future__ import annotations

from itertools import pairwise

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


def _quoted(term: str) -> str:
    doubled = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
