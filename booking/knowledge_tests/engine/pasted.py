"""Reads questions from pasted text, as they stand in documents of offices. Pure.

    1. What is done first?
    A. Call for help
    B. Look for danger
    答案：B
    解析：Your own safety comes first.

An empty line, or the next question, ends a question; several letters allow several answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from booking.knowledge_tests.engine.questions import (
    LETTERS,
    QuestionFacts,
    QuestionKind,
    chosen,
    mistake,
)
from booking.sentences import N_, Sentence

MOST_PASTED = 50
_NUMBER = re.compile(r"^\d{1,3}\s*[.\uff0e\u3001)\uff09]\s*")
_CHOICE = re.compile(r"^[(\uff08]?([A-Fa-f])\s*[.\uff0e\u3001:\uff1a)\uff09]\s*(.+)$")
_RIGHT = re.compile(r"^(?:正确)?(?:答案|answer)\s*[:\uff1a]\s*(.*)$", re.IGNORECASE)
_WHY = re.compile(r"^(?:解析|说明|explanation)\s*[:\uff1a]\s*(.*)$", re.IGNORECASE)


@dataclass(slots=True)
class _Block:
    line: int
    text: str
    choices: list[str] = field(default_factory=list)
    right: str = ""
    why: str = ""
    in_order: bool = True


def read(text: str) -> tuple[Sequence[QuestionFacts], Sequence[tuple[int, Sentence]]]:
    """The questions, and the mistakes with the number of the line where a question begins."""
    found, mistakes = [], []
    for block in _blocks(text):
        facts = _facts(block)
        wrong = mistake(facts)
        if not block.in_order:
            mistakes.append((block.line, N_("The choices do not begin with A, B, C in order.")))
        elif wrong is not None:
            mistakes.append((block.line, wrong[1]))
        else:
            found.append(facts)
    return found, mistakes


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    ended = True
    for number, raw in enumerate(text.splitlines(), start=1):
        line = " ".join(raw.split())
        if not line:
            ended = True
            continue
        if blocks and _takes(blocks[-1], line):
            ended = False
        elif ended or _NUMBER.match(line) or blocks[-1].choices:
            blocks.append(_Block(number, _NUMBER.sub("", line)))
            ended = False
        else:
            blocks[-1].text += line
    return blocks


def _takes(block: _Block, line: str) -> bool:
    """Add a choice, the answer or the explanation to the block; False for any other line."""
    if choice := _CHOICE.match(line):
        expected = LETTERS[len(block.choices) : len(block.choices) + 1]
        block.in_order = block.in_order and choice[1].upper() == expected
        block.choices.append(choice[2].strip())
    elif right := _RIGHT.match(line):
        block.right = right[1].upper()
    elif why := _WHY.match(line):
        block.why = why[1].strip()
    else:
        return False
    return True


def _facts(block: _Block) -> QuestionFacts:
    right = chosen(LETTERS.index(one) for one in block.right if one in LETTERS)
    facts = QuestionFacts(QuestionKind.SINGLE, block.text, tuple(block.choices), right, block.why)
    return replace(facts, kind=QuestionKind.MULTIPLE) if right.bit_count() > 1 else facts
