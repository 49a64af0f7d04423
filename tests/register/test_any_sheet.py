"""Whatever openpyxl can write is previewed or refused with a sentence, whatever is chosen."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from booking.register import child_program
from booking.register.child_program import Parsed
from booking.register.engine.kept_sheets import Choice
from booking.register.engine.private_numbers import has_secret, without_secrets
from booking.register.engine.roster import ColumnRole, UnreadableRoster
from booking.workbooks.engine import sheets
from booking.workbooks.engine.books import Book, Mark, written
from tests.browser import Client
from tests.extent import examples
from tests.factories import WANG, Cast
from tests.register.rosters import BANK_CARD, IDENTITY
from tests.register.test_import import dump
from tests.register.uploads import upload

HEADERS = ("姓名", "单位", "电话", "身份证号", "授课专题（每行一个）", "地区", "Name", "备注")

TEXTS = st.text(max_size=12).map(lambda text: ILLEGAL_CHARACTERS_RE.sub("", text))
CELLS = st.one_of(
    st.none(),
    TEXTS,
    st.sampled_from((*HEADERS, IDENTITY, BANK_CARD, "=1+1", "合计", "白露", "\u202e", "#REF!")),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2100, 1, 1)),
)
ROWS = st.lists(st.lists(CELLS, max_size=9), max_size=12)
CHOICES = st.builds(
    Choice,
    st.one_of(st.none(), st.integers(-1, 14)),
    st.dictionaries(st.sampled_from("ABCDEFGHI"), st.sampled_from(ColumnRole), max_size=5),
    st.dictionaries(TEXTS, st.sampled_from(ColumnRole), max_size=3),
)


def _file(rows: list[list[object]]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _answered(message: bytes) -> Parsed | None:
    """What the child would answer; None for a sentence."""
    try:
        return child_program.read_answer(child_program.main(message))
    except UnreadableRoster:
        return None


@settings(max_examples=examples(120), deadline=None)
@given(ROWS, CHOICES, CHOICES)
def test_any_sheet_is_read_or_refused_and_never_keeps_private_numbers(
    rows: list[list[object]], first: Choice, second: Choice
) -> None:
    parsed = _answered(child_program.question(_file(rows), "师资.xlsx", first))
    if parsed is None:
        return
    cells = json.dumps(sheets.write(parsed.sheet), ensure_ascii=False)
    _answered(child_program.question(cells.encode(), None, second))
    kept = [str(cell) for _number, row in parsed.sheet.rows for cell in row if cell is not None]
    assert "\\u0000" not in json.dumps(kept)
    assert [text for text in kept if has_secret(text) and without_secrets(text) == text] == []
    assert not any(IDENTITY in text or BANK_CARD in text for text in kept)
    marks = tuple(
        Mark(one.row, one.column, one.code.value, is_error=True) for one in parsed.roster.problems
    )
    assert written([Book(parsed.sheet, marks, "问题")]).startswith(b"PK")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=examples(4),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ROWS, CHOICES)
def test_pages_answer_with_a_preview_or_a_sentence_and_store_nothing_else(
    app: Flask, people: Cast, rows: list[list[object]], choice: Choice
) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    before = dump(app)["instructor"]

    status, draft, _page = upload(browser, _file(rows))

    assert status in (303, 422)
    if status == 303:
        values = {f"role-{letter}": role.value for letter, role in choice.roles.items()}
        chosen = {"header_row": str(choice.header_row)} if choice.header_row else {}
        assert browser.post(f"{draft}/columns", values | chosen).status_code in (303, 422)
        answers = [browser.get(draft), browser.get(f"{draft}?show=errors")]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert browser.get(f"{draft}/marked").status_code == 200
    assert dump(app)["instructor"] == before
