"""Questions, pasted questions and the change of a group, for random values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.knowledge_tests.engine import groups, pasted, questions
from booking.knowledge_tests.engine.groups import GroupChange, QuestionChange
from booking.knowledge_tests.engine.questions import QuestionFacts, QuestionKind

SETS = st.sets(st.integers(0, questions.MOST_CHOICES - 1))


@given(SETS)
def test_a_set_has_its_indexes(some: set[int]) -> None:
    assert questions.indexes(questions.chosen(some)) == tuple(sorted(some))


@given(SETS, SETS)
def test_only_exactly_the_right_choices_are_right(right: set[int], given: set[int]) -> None:
    known = questions.is_right(questions.chosen(right), questions.chosen(given))
    assert known == (right == given)


@given(st.integers(2, 6), st.integers(-3, 200))
def test_an_answer_ticks_choices_that_there_are(count: int, given: int) -> None:
    within = given >= 0 and all(index < count for index in range(9) if given >> index & 1)
    one = within and bin(given).count("1") <= 1
    assert questions.can_answer(QuestionKind.MULTIPLE, count, given) == within
    assert questions.can_answer(QuestionKind.SINGLE, count, given) == one


ANSWERS = st.lists(st.lists(st.booleans(), min_size=3, max_size=3), max_size=12)


@given(ANSWERS, ANSWERS)
def test_shares_are_those_of_a_recount(before: list[list[bool]], after: list[list[bool]]) -> None:
    change = GroupChange(
        len(before),
        len(after),
        0,
        tuple(
            QuestionChange(n, "", sum(one[n] for one in before), sum(one[n] for one in after))
            for n in range(3)
        ),
    )
    for share, side in ((change.share_before, before), (change.share_after, after)):
        flat = [known for one in side for known in one]
        assert share == (sum(flat) / len(flat) if flat else 0)


@pytest.mark.parametrize(
    ("before", "after", "taken", "shown"),
    [(5, 5, False, True), (4, 80, False, False), (80, 4, False, False), (80, 80, True, False)],
)
def test_few_answers_and_a_growing_number_are_hidden(
    before: int, after: int, taken: bool, shown: bool
) -> None:
    assert groups.is_shown(before, after, taken=taken) == shown


GOOD = QuestionFacts(QuestionKind.SINGLE, "1+1?", ("1", "2"), 2)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, None),
        ({"text": ""}, "text"),
        ({"text": "x" * 301}, "text"),
        ({"explanation": "x" * 1001}, "explanation"),
        ({"choices": ("1",)}, "choices"),
        ({"choices": tuple("1234567")}, "choices"),
        ({"choices": ("1", "", "2")}, "choices"),
        ({"choices": ("1", "1")}, "choices"),
        ({"choices": ("1", "2" * 201)}, "choices"),
        ({"right": 0}, "right"),
        ({"right": 4}, "right"),
        ({"right": 3}, "right"),
        ({"right": 3, "kind": QuestionKind.MULTIPLE}, None),
    ],
)
def test_a_mistake_names_its_field(more: dict[str, object], field: str | None) -> None:
    values = {name: getattr(GOOD, name) for name in QuestionFacts.__slots__}
    wrong = questions.mistake(QuestionFacts(**{**values, **more}))
    assert (None if wrong is None else wrong[0]) == field


PASTED = """1. 首先做什么？
A. 确认环境安全
B、搬动伤者
答案：A
解析：先保证自身安全。

2、下列哪些正确？
（A）按压
(B) 喂水
C：呼救
正确答案: ac
"""


def test_pasted_questions_are_read() -> None:
    found, mistakes = pasted.read(PASTED)

    assert mistakes == []
    assert found == [
        QuestionFacts(
            QuestionKind.SINGLE,
            "首先做什么？",
            ("确认环境安全", "搬动伤者"),
            1,
            "先保证自身安全。",
        ),
        QuestionFacts(
            QuestionKind.MULTIPLE,
            "下列哪些正确？",
            ("按压", "喂水", "呼救"),
            5,
        ),
    ]


def test_mistakes_of_pasted_questions_have_their_line() -> None:
    text = "1. a?\nA. x\nB. y\n答案：A\n\n2. b?\nA. x\nC. y\n答案：A\n3. c?\nA. x\nB. y\n"

    found, mistakes = pasted.read(text)

    assert [one.text for one in found] == ["a?"]
    assert [line for line, _sentence in mistakes] == [6, 10]


@given(st.text(max_size=300))
def test_any_text_can_be_pasted(text: str) -> None:
    found, _mistakes = pasted.read(text)
    assert [questions.mistake(one) for one in found] == [None] * len(found)
