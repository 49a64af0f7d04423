"""What pages call instructors."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from booking import i18n
from booking.instructors.engine import names

_romanised = lru_cache(maxsize=4096)(names.romanised)
"""Most pages show the same people again, and a reading takes as long as half a row of a list."""


def person_name(name: str, reading: str | None = None) -> str | Markup:
    """陈明老师, or on pages in English the name and its pinyin (HTML), 陈明 Chen Ming.

    `reading` is the pinyin that the person gives (`Instructor.name_pinyin`). As plain text, such
    as in a title: the result with Jinja's `striptags`.
    """
    if i18n.is_chinese():
        return i18n.person(name)
    pinyin = _romanised(name, reading)
    shown = i18n.with_lang(name)
    return Markup("{} {}").format(shown, pinyin) if pinyin else shown
