"""Display labels of match reasons. Pure."""

from __future__ import annotations

from booking.directory.engine.matching import MatchReason
from booking.directory.engine.synonyms import Terms
from booking.instructors.engine import names


def reason_labels(
    reasons: tuple[MatchReason, ...],
    terms: Terms,
    person: tuple[str, str, str],
    reading: str | None,
) -> tuple[MatchReason, ...]:
    """The reasons to display: PERSON replaces TOPIC_WORDS if all words occur in the person's data.

    `person` is name, title and workplace; `reading` is the pinyin of the name, if it was entered.
    Both reasons have the same weight, so the score does not change.
    """
    if MatchReason.TOPIC_WORDS not in reasons:
        return reasons
    text = names.normalise(" ".join(person))
    pinyin = names.pinyin_tokens(person[0], reading)
    for words in terms:
        if not any(word in text or (word.isascii() and f" {word}" in pinyin) for word in words):
            return reasons
    return tuple(
        MatchReason.PERSON if reason is MatchReason.TOPIC_WORDS else reason for reason in reasons
    )
