"""Papers: texts are set as they were typed, tables repeat their heads, pages have numbers."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from booking.documents import child_program, files, fonts
from booking.documents.child_program import Layout, Paper, Texts
from tests.papers import fonts_of, pages_of, text_of

pytestmark = pytest.mark.skipif(
    not any((folder / fonts.SERIF).is_file() for folder in fonts.FONT_FOLDERS),
    reason="the font is not installed: fonts-noto-cjk",
)

AT = datetime(2026, 11, 23, tzinfo=UTC)

HOSTILE = (
    '#eval("1+1")',
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    '#import "@preview/example:0.1.0": add',
    '#include "/etc/passwd"',
    "$ x^2 $",
    "\\ \\u{41} \\#",
    "@label <label>",
    "`code` ```raw```",
    "= Heading",
    "- item\n+ item\n/ term: item",
    "*strong* _emph_ ~ -- --- ...",
    "// comment",
    "/* comment",
    "\"quotes\" 'single'",
    "]}); #panic()",
    "https://example.org/a?b=c&d",
    "{page} {pages}",
)


def listing(rows: list[Texts], **more: Texts) -> Paper:
    texts: dict[str, Texts] = {
        "about": "2026年",
        "head": ["序号", "主题"],
        "widths": [1, 9],
        "rows": rows,
        "sums": "共",
        "page": "第{page}页，共{pages}页",
        "foot": "约课",
    }
    return Paper(Layout.LISTING, "台账", "约课", AT, True, texts | more)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("layout", list(Layout))
def test_what_was_typed_is_no_markup(text: str, layout: Layout) -> None:
    made = files.pdf(everywhere(text, layout))
    wanted = "".join(text.split())
    # Title, the line below and at least one more; quotes stay straight.
    assert text_of(made).count(wanted) >= 3
    assert "root:" not in text_of(made)


def everywhere(text: str, layout: Layout) -> Paper:
    """A paper of a layout in which each text is this one."""
    texts: dict[str, Texts] = {
        "about": text,
        "head": [text, text],
        "widths": [1, 1],
        "rows": [[text, text]],
        "sums": text,
        "sections": [{"heading": text, "rows": [[text, text]]}],
        "page": "{page}/{pages}",
        "foot": text,
        "text": text,
        "issuer": text,
        "day": text,
        "notes": [text],
    }
    return Paper(layout, text, text, AT, True, texts)


def test_other_scripts_and_what_is_no_character() -> None:
    odd = "😀 שלום مرحبا é \ud800 \x00 \ufffe \u202eabc\u202c 𠮷 𬭚"
    made = text_of(files.pdf(listing([["1", odd]])))
    assert all(one in made for one in ("שלום", "𠮷", "é"))


@pytest.mark.parametrize("letter", ["字", "a", "，", "“"])
def test_ten_thousand_characters_run_over_pages(letter: str) -> None:
    pages = PdfReader(io.BytesIO(files.pdf(listing([["1", letter * 10_000]])))).pages
    lines = [line for page in pages for line in page.extract_text().splitlines()]
    lines = [line for line in lines if line.count(letter) > 2]
    assert sum(line.count(letter) for line in lines) == 10_000
    # Letters, and squeezed punctuation, are about half as wide as characters.
    assert max(line.count(letter) for line in lines) < 220


def test_the_head_is_repeated_and_pages_are_numbered() -> None:
    rows: list[Texts] = [[str(number), f"第{number}场"] for number in range(1, 201)]
    pages = pages_of(files.pdf(listing(rows)))
    assert len(pages) > 3
    # The last one may have the sums only.
    assert [page.count("序号") for page in pages if "场" in page] == [1] * (len(pages) - 1)
    numbers = [re.search(r"第(\d+)页，共(\d+)页", page) for page in pages]
    told = [(found[1], found[2]) for found in numbers if found]
    assert told == [(str(at), str(len(pages))) for at in range(1, len(pages) + 1)]
    assert [f"第{number}场" in "".join(pages) for number in range(1, 201)] == [True] * 200


def test_no_line_begins_with_a_full_stop() -> None:
    """Line breaking of Chinese: closing punctuation stays with the word before."""
    text = "学习，" * 400
    made = files.pdf(listing([["1", text]]))
    lines = _lines(made)
    assert len(lines) > 10
    assert [line for line in lines if line.startswith(("，", "。", "）", "”"))] == []


def _lines(pdf: bytes) -> list[str]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [line for page in pages for line in page.extract_text().splitlines() if "学" in line]


def test_only_the_font_of_the_package_is_embedded() -> None:
    found = fonts_of(files.pdf(listing([["1", "急救常识"]])))
    assert {name.partition("-")[0] for name in found} == {"NotoSerifCJKsc"}


def test_data_of_the_file() -> None:
    meta = PdfReader(io.BytesIO(files.pdf(listing([["1", "急救"]])))).metadata
    assert meta is not None
    assert (meta.title, meta.author) == ("台账", "约课")


def test_without_the_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FONT_FOLDERS", (Path("/nowhere"),))
    with pytest.raises(fonts.NoFont):
        files.pdf(listing([]))


def test_long_words_can_be_broken() -> None:
    assert child_program.clean("a" * 45) == "\u200b".join(["a" * 20, "a" * 20, "a" * 5])
    assert child_program.clean(["学" * 45, 3, None]) == ["学" * 45, 3, None]
