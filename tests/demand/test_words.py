"""Which search words are kept: none that can lead to a person."""

from __future__ import annotations

import pytest

from booking.demand.engine.words import LONGEST, is_kept, normalised, possible_names


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("急救", True),
        ("2026年规划", True),
        ("13800138000", False),
        ("１３８ ００１３ ８０００", False),
        ("11010119900307123x", False),
        ("somebody@example.org", False),
        ("字" * LONGEST, True),
        ("字" * (LONGEST + 1), False),
        ("  ", False),
    ],
)
def test_what_is_kept(words: str, kept: bool) -> None:
    assert is_kept(normalised(words)) is kept


def test_one_form_for_what_is_the_same() -> None:
    assert normalised("  ＡＢＣ　急救 ") == "abc 急救"


def test_names_are_looked_for_in_all_parts() -> None:
    assert possible_names("陈 明讲") == ["明讲", "陈明", "陈明讲"]
