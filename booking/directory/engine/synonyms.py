"""The words of a query with their synonyms, and the region that one of them names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from booking.instructors.engine import names

Terms = tuple[tuple[str, ...], ...]
"""For each word of a query the word itself, then its synonyms: one of them must match."""

MOST_SYNONYMS = 5
"""Of one word; more would make the SQL statement of a search long."""


def alone(words: Sequence[str]) -> Terms:
    """Words without synonyms.

    >>> alone(["急救", "cpr"])
    (('急救',), ('cpr',))
    """
    return tuple((word,) for word in words)


def with_synonyms(words: Sequence[str], synonyms: Mapping[str, Sequence[str]]) -> Terms:
    """Words with what else each of them may be called; all are normalised.

    >>> with_synonyms(["cpr", "入门"], {"cpr": ["急救", "心肺复苏"]})
    (('cpr', '急救', '心肺复苏'), ('入门',))
    """
    return tuple(
        tuple(dict.fromkeys((word, *synonyms.get(word, ())[:MOST_SYNONYMS]))) for word in words
    )


def split_region(words: str, regions: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The words of a query without the region that they name, and its code, or `""`.

    `regions` are pairs of code and name. A name that several regions have is an ordinary word, as
    is a part of a name, which is often the part of a person's name, too.

    >>> split_region("急救 听松县", [("990104", "听松县")])
    ('急救', '990104')
    """
    known = [(names.normalise(name), code) for code, name in regions]
    count = Counter(name for name, _code in known)
    codes = {name: code for name, code in known if count[name] == 1}
    split = names.words(words)
    found = next((word for word in split if word in codes), None)
    if found is None:
        return words, ""
    return " ".join(word for word in split if word != found), codes[found]
