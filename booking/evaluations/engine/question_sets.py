"""Versions of the questions: what a set holds, and how the next one follows from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from booking.evaluations.engine.scales import EvaluationDimension

MOST_FURTHER = 3
"""Questions that an installation adds to those of the dimensions; asked of branches only."""

LONGEST_QUESTION = 120


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question in both languages. The key is a dimension, or drawn for a further question."""

    key: str
    zh: str
    en: str

    @property
    def is_further(self) -> bool:
        """Whether it is one that the installation added."""
        return self.key not in list(EvaluationDimension)


DEFAULT = (
    EvaluationQuestion(
        EvaluationDimension.CONTENT.value, "授课内容怎么样？", "How was the content?"
    ),
    EvaluationQuestion(
        EvaluationDimension.METHOD.value,
        "讲解方式怎么样？",
        "How was it presented?",
    ),
    EvaluationQuestion(
        EvaluationDimension.USEFULNESS.value,
        "对实际工作有没有帮助？",
        "How useful is it for your work?",
    ),
)
"""The first set of an installation; step 0046 of the migrations has a copy."""


def next_set(
    present: Sequence[EvaluationQuestion],
    dimensions: dict[EvaluationDimension, tuple[str, str]],
    further: Sequence[tuple[str, str]],
    number: int,
) -> tuple[EvaluationQuestion, ...]:
    """The questions of the set `number`, each given in Chinese and English.

    A further question keeps its key as long as its Chinese is the same.
    """
    known = {one.zh: one.key for one in present if one.is_further}
    found = [EvaluationQuestion(key.value, *dimensions[key]) for key in EvaluationDimension]
    for place, (zh, en) in enumerate(further, 1):
        found.append(EvaluationQuestion(known.get(zh, f"further_{number}_{place}"), zh, en))
    return tuple(found)
