"""Names of organisations that may mean the same one. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import TypeVar

AT_LEAST = 0.6
"""Share of common characters from which a name is suggested."""

MOST = 5

_BY_THE_WAY = re.compile(r"中国共产党|中共|委员会|党总支|党支部|支部|党委|[\s()（）·、,，.。-]")
"""What the names of most branches have in common, and what is between words."""

Key = TypeVar("Key")


def compared(name: str) -> str:
    """A name without what tells nothing apart."""
    plain = unicodedata.normalize("NFKC", name).lower()
    return _BY_THE_WAY.sub("", plain) or plain


def similar(name: str, known: Iterable[tuple[Key, str]]) -> list[Key]:
    """The keys of the most similar known names, the most similar first."""
    wanted = compared(name)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    found: list[tuple[float, int, Key]] = []
    for place, (key, other) in enumerate(known):
        matcher.set_seq1(compared(other))
        if matcher.real_quick_ratio() >= AT_LEAST and matcher.quick_ratio() >= AT_LEAST:
            ratio = matcher.ratio()
            if ratio >= AT_LEAST:
                found.append((-ratio, place, key))
    found.sort(key=lambda one: one[:2])
    return [key for _ratio, _place, key in found[:MOST]]
