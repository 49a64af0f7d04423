"""The child that typesets papers really is a process with limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from booking.documents import files, fonts
from booking.documents.child_program import Layout, Paper, Texts
from booking.process.child import Limits
from tests.papers import pages_of

pytestmark = pytest.mark.skipif(
    not any((folder / fonts.SERIF).is_file() for folder in fonts.FONT_FOLDERS),
    reason="the font is not installed: fonts-noto-cjk",
)


def paper(rows: int) -> Paper:
    texts: dict[str, Texts] = {
        "about": "",
        "head": ["序号", "主题"],
        "widths": [1, 9],
        "rows": [[str(number), "学习贯彻" * 20] for number in range(rows)],
        "sums": "",
        "page": "{page}/{pages}",
        "foot": "",
    }
    return Paper(Layout.LISTING, "台账", "约课", datetime(2026, 1, 1, tzinfo=UTC), True, texts)


def test_the_limits_are_enough_for_two_thousand_rows() -> None:
    assert "1999学习贯彻" in pages_of(files.pdf(paper(2000)))[-1]


def test_beyond_the_limits_a_sentence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LIMITS", Limits(memory=64 * 1024 * 1024, cpu_seconds=5, seconds=20))
    with pytest.raises(files.NotPrinted):
        files.pdf(paper(10))
