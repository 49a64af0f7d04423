"""Characters for which no font has a glyph: they would be printed as boxes.

Whether there is a glyph is asked of the typesetter itself, because it has fonts besides those of
the system. Symbols, such as emoji, are left out; of a Chinese character 〓 (U+3013) tells that one
is missing, as is usual in Chinese typesetting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

MISSING = "〓"

_COMMON = re.compile("[\\s!-~\u00a0-\u00ff\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]+")
"""What the font of papers has, so that nothing need be asked of most texts."""
_JOINS = "[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
"""What makes one emoji of several characters, or another one."""
_SYMBOLS = frozenset({"So", "Sk", "Sm", "Po", "Co", "Cn", "Me"})
_IDEOGRAPHS = range(0x2E80, 0x40000)

AllShown = Callable[[str], bool]
"""Whether each character of a text has a glyph."""


def replaced(text: str, all_shown: AllShown) -> str:
    """The text without symbols that cannot be shown, and with 〓 for Chinese characters."""
    doubtful = sorted(set(_COMMON.sub("", text)))
    missing = _missing(
        [one for one in doubtful if _is_symbol(one) or _is_ideograph(one)], all_shown
    )
    symbols = "".join(re.escape(one) for one in missing if _is_symbol(one))
    if symbols:
        # With one blank before it, so that none are left in twos.
        text = re.sub(f" ?[{symbols}]{_JOINS}*", "", text)
    text = re.sub("[\ufe0e\ufe0f\u20e3]", "", text)
    return text.translate({ord(one): MISSING for one in missing if not _is_symbol(one)})


def _missing(characters: Sequence[str], all_shown: AllShown) -> list[str]:
    """Those without a glyph, found by halves: most texts need one question."""
    if not characters or all_shown("".join(characters)):
        return []
    if len(characters) == 1:
        return list(characters)
    half = len(characters) // 2
    return [*_missing(characters[:half], all_shown), *_missing(characters[half:], all_shown)]


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) in _SYMBOLS


def _is_ideograph(character: str) -> bool:
    return unicodedata.category(character) == "Lo" and ord(character) in _IDEOGRAPHS
