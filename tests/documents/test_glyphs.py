"""Characters for which no font has a glyph are no boxes on paper."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.documents import files, fonts
from booking.documents.child_program import Layout, Paper, Texts
from booking.documents.glyphs import replaced
from tests.papers import text_of

RARE = "\U0003134a"
"""Of Unicode 15; Noto Serif CJK is older."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("讲得好👍", "讲得好"),
        ("讲得好 👍，谢谢👏👏！", "讲得好，谢谢！"),
        ("👨‍👩‍👧‍👦一家👍🏽", "一家"),
        ("🇨🇳国旗", "国旗"),
        ("1️⃣第一", "1第一"),
        ("❤️★①→℃", "★①→℃"),
        (f"陈{RARE}", "陈〓"),
        ("👍", ""),
        ("שלום مرحبا Ω é 𠮷", "שלום مرحبا Ω é 𠮷"),
    ],
)
def test_what_is_left(text: str, expected: str) -> None:
    missing = set("👍👏👨👩👧👦🇨🇳❤" + RARE)
    assert replaced(text, lambda asked: not missing & set(asked)) == expected


def test_common_texts_ask_nothing() -> None:
    asked: list[str] = []
    text = "2026年授课台账：“急救常识”（120分钟）—— 第1页，共3页…… Chen Ming 50% {}[]\\n"
    assert replaced(text, lambda one: not asked.append(one)) == text  # type: ignore[func-returns-value]
    assert asked == []


@given(st.text(alphabet="学a 👍★𠮷🎉\ufe0f\u200d", max_size=30), st.sets(st.sampled_from("👍★🎉")))
def test_nothing_else_is_lost(text: str, missing: set[str]) -> None:
    found = replaced(text, lambda asked: not missing & set(asked))
    assert not missing & set(found)
    kept = [one for one in text if one not in missing and one not in " \ufe0f\u200d"]
    assert [one for one in found if one not in " \ufe0f\u200d"] == kept


@pytest.mark.skipif(
    not any((folder / fonts.SERIF).is_file() for folder in fonts.FONT_FOLDERS),
    reason="the font is not installed: fonts-noto-cjk",
)
def test_a_paper_has_no_boxes() -> None:
    rows: list[Texts] = [["讲得好👍🏽 🎉", f"❤️ ✅ ★ ☎ ① → 𠮷 {RARE} שלום"]]
    paper = Paper(
        Layout.RECORD,
        "台账👍",
        "约课",
        datetime(2026, 11, 23, tzinfo=UTC),
        True,
        {"about": "", "sections": [{"heading": "评价", "rows": rows}], "page": "", "foot": ""},
    )
    said = text_of(files.pdf(paper))
    assert "👍" not in said
    assert "🎉" not in said
    assert said.startswith("台账评价讲得好")
    assert [one in said for one in ("★", "①", "→", "𠮷", "〓", "שלום")] == [True] * 6
