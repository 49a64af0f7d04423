"""The own result of a device, which nobody else sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from booking.knowledge_tests.engine.groups import right_ones
from booking.knowledge_tests.engine.questions import indexes
from booking.knowledge_tests.models import BankQuestion, GivenAnswer, KnowledgeTest


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One question with what the device ticked in the end."""

    question: BankQuestion
    ticked: tuple[int, ...]
    right: tuple[int, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class OwnResult:
    """The result of a device: how many were right after, and before if it answered then."""

    before: int | None
    after: int
    lines: Sequence[OwnLine]


def own_result(test: KnowledgeTest, after: GivenAnswer, before: GivenAnswer | None) -> OwnResult:
    """The result by the answers of one device."""
    questions = [one.question for one in test.asked]
    rights = [one.right for one in questions]
    known = right_ones(rights, after.given)
    lines = [
        OwnLine(question, indexes(given), indexes(question.right), is_known)
        for question, given, is_known in zip(questions, after.given, known, strict=True)
    ]
    first = None if before is None else sum(right_ones(rights, before.given))
    return OwnResult(first, sum(known), lines)
