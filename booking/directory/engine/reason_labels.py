"""How the reasons for somebody who is shown are told. Pure."""

from __future__ import annotations

from booking.directory.engine.matching import Reason
from booking.instructors.engine import names


def telling(
    reasons: tuple[Reason, ...], words: str, person: tuple[str, str, str], reading: str | None
) -> tuple[Reason, ...]:
    """The reasons as they are told: whether words were found in the person rather than a topic.

    `person` is name, title and workplace; `reading` is how the name is read, if it was given.
    The sum stays the same.
    """
    if Reason.TOPIC_WORDS not in reasons:
        return reasons
    text = names.normalise(" ".join(person))
    pinyin = names.pinyin_tokens(person[0], reading)
    for word in names.words(words):
        if word not in text and not (word.isascii() and f" {word}" in pinyin):
            return reasons
    return tuple(Reason.PERSON if one is Reason.TOPIC_WORDS else one for one in reasons)
