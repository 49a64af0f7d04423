"""Hours as people type them, and as the product writes them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.errors import HoursOverlap, HoursUnclear, TimesReversed
from booking.availability.engine.hours_text import Block, read_blocks, write_blocks
from booking.errors import Invalid

ALL_DAY = (0, 1440)
MORNING, AFTERNOON = (510, 720), (840, 1050)


@st.composite
def days(draw: st.DrawFn) -> list[Block]:
    """Blocks of one day, in order, that do not overlap but may touch."""
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=12)))
    pairs = list(pairwise(edges))
    return [pair for pair in pairs if draw(st.booleans())]


@given(days())
def test_what_is_written_is_read_again(blocks: list[Block]) -> None:
    assert read_blocks(write_blocks(blocks), "day0") == blocks


@given(st.text(alphabet="0123456789:.点半时至到to-~—,、;， 　８：３０　x", max_size=20))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    named, blocks = "day3", []
    try:
        blocks = read_blocks(text, "day3")
    except Invalid as refusal:
        named = refusal.field or ""

    assert named == "day3"
    assert read_blocks(write_blocks(blocks), "day3") == blocks
    assert all(0 <= start < end <= 1440 for start, end in blocks)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("  ,  ", []),
        ("8:30-12:00", [MORNING]),
        ("8:30-12:00，14：00~17：30", [MORNING, AFTERNOON]),
        ("14:00-17:30; 8:30-12", [MORNING, AFTERNOON]),
        ("８：３０—１２：００、１４：００–１７：３０", [MORNING, AFTERNOON]),
        ("8点半到12点", [MORNING]),
        ("8.30 至 12.00\n14.00 to 17.30", [MORNING, AFTERNOON]),
        ("0-24", [ALL_DAY]),
        ("0:00-24:00", [ALL_DAY]),
        ("8-10,10-12", [(480, 600), (600, 720)]),
    ],
)
def test_ways_of_typing(text: str, blocks: list[Block]) -> None:
    assert read_blocks(text, "day0") == blocks


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("morning", HoursUnclear),
        ("上午", HoursUnclear),
        ("8:60-9:00", HoursUnclear),
        ("8:30", HoursUnclear),
        ("8-25", HoursUnclear),
        ("24:01-24:30", HoursUnclear),
        ("8:30-12:00-14:00", HoursUnclear),
        ("12:00-8:30", TimesReversed),
        ("8:00-8:00", TimesReversed),
        ("22:00-2:00", TimesReversed),
        ("8:00-10:00, 9:59-11:00", HoursOverlap),
        ("8:00-12:00, 9:00-10:00", HoursOverlap),
    ],
)
def test_what_is_refused(text: str, error: type[Invalid]) -> None:
    with pytest.raises(error) as caught:
        read_blocks(text, "day6")

    assert caught.value.field == "day6"
