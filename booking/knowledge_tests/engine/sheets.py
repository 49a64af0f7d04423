"""Reads questions from the rows of a spreadsheet. Pure.

One question a row, its choices in columns A to F. The right choices are letters such as `AC`;
without a kind, several right choices allow several answers, as in pasted text.
"""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Mapping, Sequence

from booking.knowledge_tests.engine.questions import (
    LETTERS,
    QuestionFacts,
    QuestionKind,
    chosen,
    mistake,
)
from booking.organisations.lists.engine.columns import cell_of, find_columns
from booking.organisations.lists.engine.tables import Table, TableRow
from booking.sentences import N_, Sentence
from booking.text import one_line
from booking.visibility.engine.typed_numbers import number_in


class SheetColumn(enum.StrEnum):
    """A column of the spreadsheet."""

    TEXT = "text"
    KIND = "kind"
    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    RIGHT = "right"
    EXPLANATION = "explanation"


CHOICES = tuple(SheetColumn(letter) for letter in LETTERS)
NEEDED = (SheetColumn.TEXT, SheetColumn.A, SheetColumn.B, SheetColumn.RIGHT)

HEADERS: dict[SheetColumn, tuple[str, ...]] = {
    SheetColumn.TEXT: ("题目", "题干", "试题", "问题", "Question"),
    SheetColumn.KIND: ("题型", "类型", "Kind", "Type"),
    **{
        column: (f"选项{column}", column.value, f"{column}选项", f"Choice {column}")
        for column in CHOICES
    },
    SheetColumn.RIGHT: ("答案", "正确答案", "Answer", "Right answer"),
    SheetColumn.EXPLANATION: ("解析", "答案解析", "说明", "Explanation"),
}
"""The words by which a column is known; the template has the first Chinese or the last English."""

KINDS = {
    "单选": QuestionKind.SINGLE,
    "单选题": QuestionKind.SINGLE,
    "single": QuestionKind.SINGLE,
    "one answer": QuestionKind.SINGLE,
    "多选": QuestionKind.MULTIPLE,
    "多选题": QuestionKind.MULTIPLE,
    "multiple": QuestionKind.MULTIPLE,
    "several answers": QuestionKind.MULTIPLE,
}

EXAMPLE_MARKS = ("例：", "Example:")
"""A question that begins with one of these is left out: it is the example of the template."""

_EXAMPLES = {
    True: (
        "例：发现有人倒地，首先做什么？",
        "单选",
        ("确认环境安全", "搬动伤者"),
        "先保证自身安全，再施救。",
    ),
    False: (
        "Example: Somebody lies on the ground. What is done first?",
        "single",
        ("Look for danger", "Move the person"),
        "Your own safety comes first.",
    ),
}

_SEPARATORS = frozenset(" ,;/.+、")

NO_HEADER = N_("There is no header with the columns 题目, A, B and 答案. Use the template.")
UNKNOWN_KIND = N_("The type is unknown. Write single or multiple (单选, 多选), or leave it empty.")
UNKNOWN_RIGHT = N_("The answer is not readable. Write letters such as A or AC.")
TYPED_NUMBER = N_(
    "A telephone or identity number seems to stand here, and listeners would read it. Take it out."
)


def header(*, chinese: bool) -> list[str]:
    """The header of the template."""
    return [HEADERS[column][0 if chinese else -1] for column in SheetColumn]


def example(*, chinese: bool) -> list[str]:
    """The row below it."""
    text, kind, (first, second), explanation = _EXAMPLES[chinese]
    return [text, kind, first, second, *[""] * (len(CHOICES) - 2), "A", explanation]


def read(table: Table) -> tuple[Sequence[QuestionFacts], Sequence[tuple[int, Sentence]]]:
    """The questions, and the mistakes with the number of the row in the spreadsheet, from 1."""
    found = find_columns(table, HEADERS, NEEDED)
    if found is None:
        return [], [(table.rows[0].row, NO_HEADER)]
    header, columns = found
    questions, mistakes = [], []
    for row in table.rows[table.rows.index(header) + 1 :]:
        facts, wrong = _question(row, columns)
        if facts.text.startswith(EXAMPLE_MARKS):
            continue
        if wrong is None:
            questions.append(facts)
        else:
            mistakes.append((row.row, wrong))
    return questions, mistakes


def _question(
    row: TableRow, columns: Mapping[SheetColumn, int]
) -> tuple[QuestionFacts, Sentence | None]:
    cells = {column: one_line(cell_of(row, columns.get(column))) for column in SheetColumn}
    choices = [cells[column] for column in CHOICES]
    while choices and not choices[-1]:
        choices.pop()
    right, right_known = _right(cells[SheetColumn.RIGHT])
    kind, kind_known = _kind(cells[SheetColumn.KIND], right)
    facts = QuestionFacts(
        kind, cells[SheetColumn.TEXT], tuple(choices), right, cells[SheetColumn.EXPLANATION]
    )
    return facts, _wrong(facts, right_known=right_known, kind_known=kind_known)


def _wrong(facts: QuestionFacts, *, right_known: bool, kind_known: bool) -> Sentence | None:
    if any(number_in(text) for text in (facts.text, *facts.choices, facts.explanation)):
        return TYPED_NUMBER
    if not kind_known:
        return UNKNOWN_KIND
    if not right_known:
        return UNKNOWN_RIGHT
    wrong = mistake(facts)
    return None if wrong is None else wrong[1]


def _right(cell: str) -> tuple[int, bool]:
    """The set of right choices, and whether nothing else stands there. Full-width letters count."""
    typed = unicodedata.normalize("NFKC", cell).upper()
    marks = [one for one in typed if one not in _SEPARATORS]
    known = all(one in LETTERS for one in marks)
    return chosen(LETTERS.index(one) for one in marks if one in LETTERS), known


def _kind(cell: str, right: int) -> tuple[QuestionKind, bool]:
    """The kind, and whether the cell says nothing unknown."""
    typed = unicodedata.normalize("NFKC", cell).casefold()
    if typed:
        return KINDS.get(typed, QuestionKind.SINGLE), typed in KINDS
    several = right.bit_count() > 1
    return QuestionKind.MULTIPLE if several else QuestionKind.SINGLE, True
