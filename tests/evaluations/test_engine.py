"""Groups, question sets and times, without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.evaluations.engine.groups import LEAST, HalfYear, half_year_of, whole_groups
from booking.evaluations.engine.policy import branch_may, listeners_may
from booking.evaluations.engine.question_sets import DEFAULT, next_set
from booking.evaluations.engine.scales import EvaluationDimension
from booking.lectures.engine.states import State
from tests.factories import NOW

DAY = timedelta(days=1)
PAIRS = dict(zip(EvaluationDimension, [(one.zh, one.en) for one in DEFAULT], strict=True))


@given(st.lists(st.integers(), max_size=40), st.integers())
def test_one_more_answer_shows_nothing_or_a_whole_group(answers: list[int], one: int) -> None:
    before, after = whole_groups(answers), whole_groups([*answers, one])

    assert after[: len(before)] == before
    assert {len(group) for group in after} <= {LEAST}
    assert sum(map(len, after)) - sum(map(len, before)) in (0, LEAST)


def test_halves_of_a_year() -> None:
    days = [date(2026, 6, 30), date(2026, 7, 1)]
    assert [half_year_of(day) for day in days] == [HalfYear(2026, 1), HalfYear(2026, 2)]


@pytest.mark.parametrize("state", [state for state in State if state is not State.DELIVERED])
def test_only_a_lecture_that_took_place_is_evaluated(state: State) -> None:
    assert not branch_may(state, NOW, NOW + DAY)


def test_the_branch_has_two_weeks() -> None:
    after = [timedelta(seconds=-1), timedelta(), 14 * DAY - timedelta(seconds=1), 14 * DAY]
    found = [branch_may(State.DELIVERED, NOW, NOW + one) for one in after]
    assert found == [False, True, True, False]


def test_listeners_have_from_the_beginning_to_a_week_after() -> None:
    start, end = NOW, NOW + DAY / 12
    instants = [start - DAY / 24, start, end + 7 * DAY - timedelta(seconds=1), end + 7 * DAY]
    for state in State:
        stands = state in (State.CONFIRMED, State.DELIVERED)
        found = [listeners_may(state, start, end, now) for now in instants]
        assert found == ([False, True, True, False] if stands else [False] * 4), state


def test_a_further_question_keeps_its_key_as_long_as_it_is_the_same() -> None:
    first = next_set(DEFAULT, PAIRS, [("讲义是否够用？", "Enough handouts?")], 2)
    second = next_set(first, PAIRS, [("新问题？", "New?"), ("讲义是否够用？", "Handouts?")], 3)

    assert [one.key for one in first] == [*(one.value for one in PAIRS), "further_2_1"]
    assert [one.key for one in second][3:] == ["further_3_1", "further_2_1"]
    assert next_set(DEFAULT, PAIRS, [], 2) == DEFAULT
