"""Which passwords are refused: common ones, and those made of the person's own data. Pure.

zxcvbn brings the lists of common passwords, names and words, and estimates how many guesses a
password stands; no network is asked. (Wheeler, USENIX Security 2016; NIST SP 800-63B 3.1.1.2.)
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from pypinyin import Style, lazy_pinyin

SHORTEST_PASSWORD = 10
"""Signs; pages and commands say the same."""

MOST_READ = 72
"""Signs that are looked at: what a longer password begins with must be strong by itself."""

STRONG, STRONGEST = 3, 4
"""Of zxcvbn's classes 0 to 4: 10^8 guesses at least, and 10^10."""

SHORTEST_WORD = 4
"""Letters of own data that count; shorter ones are part of too many other words."""

HOUSE_WORDS = (
    "yueke 约课 booking lecture instructor coordinator shizi shiziku jiangshi 师资库 讲师 "
    "laoshi 老师 peixun 培训 jiangzuo 讲座 guanliyuan 管理员 zhibu 支部 mima 密码 zhongguo 中国"
).split()
"""Words of this product and its users, which the lists of zxcvbn do not have."""


class Weakness(enum.Enum):
    """Why a password is refused."""

    SHORT = "short"
    OWN_DATA = "own data"
    COMMON = "common"
    PATTERN = "pattern"
    GUESSABLE = "guessable"


def weakness(password: str, own: Iterable[str] = ()) -> Weakness | None:
    """Why a password is refused, or None; `own` are names and addresses of the person."""
    if len(password) < SHORTEST_PASSWORD:
        return Weakness.SHORT
    text = unicodedata.normalize("NFKC", password)[:MOST_READ]
    words = sorted(set(own_words(own)), key=len, reverse=True)
    found = _judge(text, words)
    if found["score"] < STRONG:
        return _kind(found["sequence"])
    if found["score"] < STRONGEST and _all_listed(found["sequence"]):
        return Weakness.COMMON
    rest = _without(text, words)
    if rest != text.lower() and _judge(rest, ())["score"] < STRONG:
        return Weakness.OWN_DATA
    return None


def own_words(texts: Iterable[str]) -> Iterator[str]:
    """The words of names, addresses and the product, in lower case; Chinese ones also in pinyin."""
    for text in (*texts, *HOUSE_WORDS):
        plain = unicodedata.normalize("NFKC", text).lower()
        for part in re.split(r"[^\w]+|[\d_]+", plain):
            yield from _spellings(part)
        yield from _spellings(re.sub(r"\W+", "", plain.partition("@")[0]))


def _spellings(word: str) -> Iterator[str]:
    if word.isascii():
        if len(word) >= SHORTEST_WORD:
            yield word
        return
    # 岫云县第一支部: people write 岫云 or xiuyunxian, which is what such a name begins with.
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


def _judge(text: str, words: Iterable[str]) -> dict[str, Any]:
    # Its lists take a tenth of a second and are read when the first password is set.
    from zxcvbn import zxcvbn

    if not text:
        return {"score": 0, "sequence": []}
    found: dict[str, Any] = zxcvbn(text, user_inputs=list(words))
    return found


def _all_listed(sequence: list[dict[str, Any]]) -> bool:
    """Whether nothing is left beside passwords of the list."""
    return all(match.get("dictionary_name") == "passwords" for match in sequence)


def _kind(sequence: list[dict[str, Any]]) -> Weakness:
    """The reason that helps most, of the parts that zxcvbn found."""
    lists = {match.get("dictionary_name") for match in sequence}
    if "user_inputs" in lists:
        return Weakness.OWN_DATA
    if "passwords" in lists:
        return Weakness.COMMON
    if any(match["pattern"] in {"repeat", "sequence", "spatial", "date"} for match in sequence):
        return Weakness.PATTERN
    return Weakness.GUESSABLE
