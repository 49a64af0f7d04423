"""A question with its choices, what is wrong with it, and whether an answer is right. Pure.

A set of choices is an integer: bit n stands for the choice with index n.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from booking.sentences import N_, Sentence

FEWEST_CHOICES, MOST_CHOICES = 2, 6
LONGEST_TEXT, LONGEST_CHOICE, LONGEST_EXPLANATION = 300, 200, 1000
FEWEST_ASKED, MOST_ASKED = 3, 10
LETTERS = "ABCDEF"


class QuestionKind(enum.StrEnum):
    """How many choices may be ticked."""

    SINGLE = "single"
    MULTIPLE = "multiple"


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """What a question asks."""

    kind: QuestionKind
    text: str
    choices: tuple[str, ...]
    right: int
    """The set of the right choices."""
    explanation: str = ""


def chosen(indexes: Iterable[int]) -> int:
    """The set with these indexes of choices."""
    return sum({1 << index for index in indexes})


def indexes(choices: int) -> tuple[int, ...]:
    """The indexes in a set, ascending."""
    return tuple(index for index in range(MOST_CHOICES) if choices >> index & 1)


def letters(choices: int) -> str:
    """The letters of a set, such as "AC"."""
    return "".join(LETTERS[index] for index in indexes(choices))


def mistake(facts: QuestionFacts) -> tuple[str, Sentence] | None:
    """The first mistake: its field (text, choices, right or explanation), and why."""
    return _wrong_text(facts) or _wrong_choices(facts) or _wrong_right(facts)


def can_answer(kind: QuestionKind, count: int, given: int) -> bool:
    """Whether a set can answer a question with `count` choices; the empty set is "I don't know"."""
    within = 0 <= given < 1 << count
    return within and (kind is QuestionKind.MULTIPLE or given.bit_count() <= 1)


def is_right(right: int, given: int) -> bool:
    """Whether exactly the right choices were ticked; a part of them is not right."""
    return right == given


def _wrong_text(facts: QuestionFacts) -> tuple[str, Sentence] | None:
    if not facts.text:
        return "text", N_("The question is missing.")
    if len(facts.text) > LONGEST_TEXT:
        return "text", _too_long(LONGEST_TEXT)
    if len(facts.explanation) > LONGEST_EXPLANATION:
        return "explanation", _too_long(LONGEST_EXPLANATION)
    return None


def _wrong_choices(facts: QuestionFacts) -> tuple[str, Sentence] | None:
    if not FEWEST_CHOICES <= len(facts.choices) <= MOST_CHOICES:
        return "choices", N_(
            "A question has %(fewest)s to %(most)s choices.",
            fewest=FEWEST_CHOICES,
            most=MOST_CHOICES,
        )
    if not all(facts.choices):
        return "choices", N_("A choice is empty. Leave no gap between the choices.")
    if len(set(facts.choices)) < len(facts.choices):
        return "choices", N_("A choice is there twice.")
    if any(len(choice) > LONGEST_CHOICE for choice in facts.choices):
        return "choices", _too_long(LONGEST_CHOICE)
    return None


def _wrong_right(facts: QuestionFacts) -> tuple[str, Sentence] | None:
    if not 0 < facts.right < 1 << len(facts.choices):
        return "right", N_("Mark which choices are right, among those that have a text.")
    if facts.kind is QuestionKind.SINGLE and facts.right.bit_count() > 1:
        return "right", N_("Several choices are right here. Mark one, or allow several answers.")
    return None


def _too_long(most: int) -> Sentence:
    return N_("This text is too long: at most %(count)s characters.", count=most)
