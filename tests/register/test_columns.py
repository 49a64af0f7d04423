"""Columns and header chosen on the page: parsed anew from kept cells, and remembered."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db
from booking.instructors.models import Instructor
from booking.register.models import ImportDraft
from tests.browser import Client
from tests.factories import SUN, WANG, Cast
from tests.register.rosters import BANK_CARD, IDENTITY, roster
from tests.register.uploads import rows, sheet, text_of, upload

HEADERS = ("人员", "单位", "讲什么", "身份证号")
PEOPLE = [
    ("白露", "栖云市一中", "急救入门", IDENTITY),
    ("秦风", "栖云市二中", "宪法", IDENTITY),
]
UNNAMED = "No column of names was found."
_CHOSEN = re.compile(
    r'<select class="form-select" name="role-(\w+)".*?<option value="(\w+)" selected', re.DOTALL
)


def _wang(app: Flask) -> Client:
    return Client(app).language("en").sign_in(WANG)


def _names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session().scalars(select(Instructor.name).order_by(Instructor.id)))[2:]


def _choices(page: str) -> dict[str, str]:
    return dict(_CHOSEN.findall(page))


def test_a_sheet_without_a_known_header_is_imported_by_choosing_its_columns(
    app: Flask, people: Cast
) -> None:
    browser = _wang(app)
    status, draft, _page = upload(browser, roster(HEADERS, PEOPLE))
    first = browser.get(draft).text
    refused = browser.post(draft)

    chosen = browser.post(f"{draft}/columns", {"role-A": "name", "role-C": "topics"})
    page = browser.get(draft).text

    assert status == 303
    assert UNNAMED in text_of(first)
    assert _choices(first) == {"A": "ignored", "B": "workplace", "C": "ignored"}
    assert (refused.status_code, UNNAMED in text_of(refused.text)) == (422, True)
    assert (chosen.status_code, chosen.location) == (303, draft)
    assert "2 people are ready." in text_of(page)
    assert _choices(page) == {"A": "name", "B": "workplace", "C": "topics"}
    assert browser.post(draft).status_code == 303
    assert _names(app) == ["白露", "秦风"]


def test_choices_are_remembered_by_header_for_the_same_person(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    draft = upload(browser, roster(HEADERS, PEOPLE))[1]
    browser.post(f"{draft}/columns", {"role-A": "name", "role-C": "topics"})

    moved = roster(("讲什么", " 人  员", "单位"), [("急救入门", "白露", "栖云市一中")])
    mine = browser.get(upload(browser, moved)[1]).text
    other = Client(app).language("en").sign_in(SUN)
    theirs = other.get(upload(other, moved, region="990200")[1]).text

    assert _choices(mine) == {"A": "topics", "B": "name", "C": "workplace"}
    assert UNNAMED in text_of(theirs)


def test_another_row_can_be_the_header(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    # The first row looks more like a header than the real one.
    sheet_rows = [("姓名", "单位", "电话"), ("姓 名", "工作单位", "号"), ("白露", "栖云市一中", 8)]
    draft = upload(browser, roster(("名册", "2026", ""), sheet_rows))[1]

    answer = browser.post(f"{draft}/columns", {"header_row": "3"})
    page = text_of(browser.get(draft).text)

    assert answer.status_code == 303
    assert "1 person is ready." in page
    with app.app_context():
        stored = db.session().scalars(select(ImportDraft)).one()
        assert (stored.choice["header_row"], stored.roster["header_row"]) == (3, 3)


def test_no_choice_brings_back_identity_or_bank_numbers(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    draft = upload(browser, sheet(rows(3)))[1]
    letters = {f"role-{letter}": "title" for letter in "IJ"}

    answers = [
        browser.post(f"{draft}/columns", letters),
        browser.post(f"{draft}/columns", {"header_row": "3"}),
        browser.post(f"{draft}/columns", letters | {"role-A": "name"}),
    ]
    with app.app_context():
        stored = db.session().scalars(select(ImportDraft)).one()
        kept = repr((stored.sheet, stored.roster))

    assert [answer.status_code for answer in answers] == [303] * 3
    assert [one in kept for one in (IDENTITY, BANK_CARD, IDENTITY[:14])] == [False] * 3
    page = browser.get(draft).text
    assert "Identity or bank numbers: never stored" in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "values",
    [
        {"role-A": "forbidden"},
        {"role-A": "nothing"},
        {"role-ZZ": "name"},
        {"header_row": "99999999999"},
        {"header_row": "x"},
        {},
    ],
)
def test_a_choice_that_was_not_offered_changes_nothing(
    app: Flask, people: Cast, values: dict[str, str]
) -> None:
    browser = _wang(app)
    draft = upload(browser, sheet(rows(2)))[1]

    answer = browser.post(f"{draft}/columns", values)

    assert answer.status_code == 303
    ready = "2 people are ready" in text_of(browser.get(draft).text)
    assert ready is ("role-A" not in values)
