"""Password strength: rejects common passwords and those made of the user's own data. Pure.

zxcvbn has the lists of common passwords, names and words, and estimates the number of guesses for
a password, without network access. (Wheeler, USENIX Security 2016; NIST SP 800-63B 3.1.1.2.)
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from pypinyin import Style, lazy_pinyin

SHORTEST_PASSWORD = 10
"""Least number of characters; pages and commands state it as well."""

MOST_READ = 72
"""Characters that are examined: the beginning of a longer password must be strong by itself."""

STRONG, STRONGEST = 3, 4
"""Scores of zxcvbn (0 to 4): at least 10^8 guesses, and at least 10^10."""

SHORTEST_WORD = 4
"""Least number of letters of a word of own data; shorter ones occur in too many other words."""

SHORTEST_NUMBER, LONGEST_NATIONAL = 7, 11
"""Digits of a telephone number of own data: the fewest, and those without the country code."""

PRODUCT_WORDS = (
    "yueke 约课 booking lecture instructor coordinator shizi shiziku jiangshi 师资库 讲师 "
    "laoshi 老师 peixun 培训 jiangzuo 讲座 guanliyuan 管理员 zhibu 支部 mima 密码 zhongguo 中国"
).split()
"""Words of this product and its users, which are not in the lists of zxcvbn."""


class Weakness(enum.Enum):
    """The reasons for rejecting a password."""

    SHORT = "short"
    OWN_DATA = "own data"
    COMMON = "common"
    PATTERN = "pattern"
    GUESSABLE = "guessable"


def weakness(password: str, own: Iterable[str] = ()) -> Weakness | None:
    """Why a password is rejected, or None; `own` are names and addresses of the user."""
    if len(password) < SHORTEST_PASSWORD:
        return Weakness.SHORT
    text = unicodedata.normalize("NFKC", password)[:MOST_READ]
    words = sorted(set(own_words(own)), key=len, reverse=True)
    estimate = _estimate(text, words)
    if estimate["score"] < STRONG:
        return _kind(estimate["sequence"])
    if estimate["score"] < STRONGEST and _all_listed(estimate["sequence"]):
        return Weakness.COMMON
    rest = _without(text, words)
    if rest != text.lower() and _estimate(rest, ())["score"] < STRONG:
        return Weakness.OWN_DATA
    return None


def own_words(texts: Iterable[str]) -> Iterator[str]:
    """The words of `texts` and of the product, in lower case; Chinese ones also in pinyin."""
    for text in (*texts, *PRODUCT_WORDS):
        plain = unicodedata.normalize("NFKC", text).lower()
        for part in re.split(r"[^\w]+|[\d_]+", plain):
            yield from _spellings(part)
        yield from _spellings(re.sub(r"\W+", "", plain.partition("@")[0]))
        number = re.sub(r"\D+", "", plain)
        if len(number) >= SHORTEST_NUMBER:
            yield from dict.fromkeys((number, number[-LONGEST_NATIONAL:]))


def _spellings(word: str) -> Iterator[str]:
    if word.isascii():
        if len(word) >= SHORTEST_WORD:
            yield word
        return
    # 岫云县第一支部: passwords contain 岫云 or xiuyunxian, that is, a prefix of such a name.
    for size in {2, 3, 4, len(word)} & set(range(2, len(word) + 1)):
        part = word[:size]
        syllables = lazy_pinyin(part)
        yield part
        for spelt in ("".join(syllables), "".join(syllables[1:] + syllables[:1])):
            if len(spelt) >= SHORTEST_WORD:
                yield spelt
    initials = "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))
    if len(initials) >= SHORTEST_WORD:
        yield initials


def _without(text: str, words: Iterable[str]) -> str:
    rest = text.lower()
    for word in words:
        rest = rest.replace(word, "")
    return rest


def _estimate(text: str, words: Iterable[str]) -> dict[str, Any]:
    # Imported here, because loading its word lists takes 0.1 seconds.
    from zxcvbn import zxcvbn

    if not text:
        return {"score": 0, "sequence": []}
    result: dict[str, Any] = zxcvbn(text, user_inputs=list(words))
    return result


def _all_listed(sequence: list[dict[str, Any]]) -> bool:
    """Whether every part of the match sequence is in the list of common passwords."""
    return all(match.get("dictionary_name") == "passwords" for match in sequence)


def _kind(sequence: list[dict[str, Any]]) -> Weakness:
    """The most helpful reason, by the match sequence of zxcvbn."""
    lists = {match.get("dictionary_name") for match in sequence}
    if "user_inputs" in lists:
        return Weakness.OWN_DATA
    if "passwords" in lists:
        return Weakness.COMMON
    if any(match["pattern"] in {"repeat", "sequence", "spatial", "date"} for match in sequence):
        return Weakness.PATTERN
    return Weakness.GUESSABLE
