"""What an export writes for values that are no texts, in words that an import understands."""

from __future__ import annotations

from collections.abc import Sequence

from booking.i18n import is_chinese
from booking.instructors.engine.vocabulary import Audience, Format
from booking.lectures.words import AUDIENCES, FORMATS
from booking.register.engine.topic_details import ANY
from booking.register.words import GENDERS

ANY_ENGLISH = "any"


def gender_word(gender: str | None) -> str:
    """男 or male; empty where it is not known."""
    return str(GENDERS[gender]) if gender in GENDERS else ""


def audience_line(audiences: Sequence[Audience]) -> str:
    """The audiences of a topic in one line."""
    return _line([str(AUDIENCES[one]) for one in audiences])


def format_line(formats: Sequence[Format]) -> str:
    """The formats of a topic in one line."""
    return _line([str(FORMATS[one]) for one in formats])


def _line(words: Sequence[str]) -> str:
    if not words:
        return ANY if is_chinese() else ANY_ENGLISH
    return ("、" if is_chinese() else ", ").join(words)
