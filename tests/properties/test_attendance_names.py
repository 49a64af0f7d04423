"""Pasted names: what is a name stays whole, whatever stands between the names."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.attendance.engine.names import (
    LONGEST_NAME,
    MOST_AT_ONCE,
    name_of,
    names_of,
)
from booking.errors import Invalid
from tests.extent import examples

NAMES = st.text(alphabet="王李张陈明静abcXYZ·", min_size=1, max_size=LONGEST_NAME)
BETWEEN = st.sampled_from(["\n", "\r\n", "\t", "、", "，", ",", ";", "；", " ; ", "\n\n"])


@given(st.lists(st.tuples(NAMES, BETWEEN), min_size=1, max_size=40))
@settings(max_examples=examples(400))
def test_every_name_is_found_once_in_its_order(parts: list[tuple[str, str]]) -> None:
    pasted = "".join(name + between for name, between in parts)

    assert names_of(pasted) == list(dict.fromkeys(name for name, _between in parts))


@given(st.text(max_size=300))
@settings(max_examples=examples(400))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        names = names_of(text)
    except Invalid:
        return
    assert 1 <= len(names) <= MOST_AT_ONCE
    assert [name_of(name) for name in names] == names
    # Characters that this Python does not know yet stay; `isprintable` is false for them.
    assert {category(one) for name in names for one in name} & {"Cc", "Cf", "Cs"} == set()


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("1. 王强\n2、李静\n3）陈明\n4\t周岚", ["王强", "李静", "陈明", "周岚"]),
        ("20231001\n20231002", ["20231001", "20231002"]),
        ("王强\t\t男\n", ["王强", "男"]),
        ("  王  强 \n王 强", ["王 强"]),
        ("\u202e王强\x07", ["王强"]),
        ("<script>", ["<script>"]),
    ],
)
def test_examples(pasted: str, names: list[str]) -> None:
    assert names_of(pasted) == names


@pytest.mark.parametrize("pasted", ["", " \n\t", "\u200b", "长" * 61, "\n".join("ab")[:0]])
def test_what_is_no_name_is_refused(pasted: str) -> None:
    with pytest.raises(Invalid):
        names_of(pasted)
    with pytest.raises(Invalid):
        name_of(pasted)


def test_too_many_at_once_are_refused() -> None:
    with pytest.raises(Invalid):
        names_of("\n".join(str(number) for number in range(MOST_AT_ONCE + 1)))
