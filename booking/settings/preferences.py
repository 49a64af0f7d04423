"""What `i18n`, which lies below this feature, asks of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from booking.i18n import Preferences
from booking.settings.engine.declarations import (
    ACCEPT,
    ACCEPT_WORD,
    INSTRUCTOR,
    INSTRUCTOR_WORD,
    LANGUAGES,
    SITE_NAME,
    SITE_NAME_EN,
    TIMEZONE,
)
from booking.settings.queries import in_force


def preferences() -> Preferences:
    """The functions to hand in."""
    return Preferences(
        languages=lambda: tuple(in_force(LANGUAGES).split(",")),
        zone=lambda: in_force(TIMEZONE),
        words=_words,
        site_name=lambda: (in_force(SITE_NAME), in_force(SITE_NAME_EN)),
    )


def _words() -> Mapping[str, str]:
    return _replaced(in_force(INSTRUCTOR_WORD), in_force(ACCEPT_WORD))


@lru_cache(maxsize=16)
def _replaced(instructor: str, accept: str) -> Mapping[str, str]:
    """The words that differ; asked for with each sentence."""
    words = {INSTRUCTOR: instructor, ACCEPT: accept}
    return {word: other for word, other in words.items() if word != other}
