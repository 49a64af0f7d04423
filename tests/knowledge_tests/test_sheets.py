"""Questions from a spreadsheet: what is read, what is wrong in which row, all of them or none."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from flask import Flask
from openpyxl import load_workbook

from booking.db import db
from booking.knowledge_tests import queries
from booking.knowledge_tests.engine import sheets
from booking.knowledge_tests.engine.questions import QuestionFacts, QuestionKind
from booking.organisations.lists.engine.tables import Table, TableRow
from tests.browser import Client
from tests.factories import CHEN, LI, SUN, WANG, Cast
from tests.organisations.uploads import upload, workbook

SINGLE, MULTIPLE = QuestionKind.SINGLE, QuestionKind.MULTIPLE
HEAD = ("题目", "题型", "选项A", "选项B", "选项C", "答案", "解析")
GOOD = (
    ("首先做什么", "", "呼救", "观察", "", "b", "先看有没有危险。"),
    ("哪些正确", "", "按压", "喂水", "呼救", "Ａ、C", ""),
    ("还有哪些", "多选题", "甲", "乙", "", "A", ""),
)


def table(*rows: Sequence[str], head: Sequence[str] = HEAD) -> Table:
    """A table below a title."""
    lines = [("急救题库",), head, *rows]
    return Table(tuple(TableRow(number, tuple(row)) for number, row in enumerate(lines, 1)))


def page(cast: Cast) -> str:
    return f"/entries/{cast.chen.id}/topics/{cast.chen.topic}/questions"


def texts(app: Flask, cast: Cast) -> list[str]:
    with app.app_context():
        return [one.text for one in queries.on_offer(db.session(), cast.chen.topic)]


def test_rows_become_questions() -> None:
    found, mistakes = sheets.read(table(*GOOD))
    assert mistakes == []
    assert found == [
        QuestionFacts(SINGLE, "首先做什么", ("呼救", "观察"), 2, "先看有没有危险。"),
        QuestionFacts(MULTIPLE, "哪些正确", ("按压", "喂水", "呼救"), 5),
        QuestionFacts(MULTIPLE, "还有哪些", ("甲", "乙"), 1),
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("问", "判断", "甲", "乙", "", "A", ""), sheets.UNKNOWN_KIND.text),
        (("问", "", "甲", "乙", "", "A或B", ""), sheets.UNKNOWN_RIGHT.text),
        (("问", "", "甲", "乙", "", "甲", ""), sheets.UNKNOWN_RIGHT.text),
        (("问", "", "甲", "乙", "", "", ""), "Mark which choices are right"),
        (("问", "", "甲", "乙", "", "C", ""), "Mark which choices are right"),
        (("问", "单选", "甲", "乙", "", "AB", ""), "Several choices are right here."),
        (("问", "", "甲", "", "丙", "A", ""), "A choice is empty."),
        (("问", "", "甲", "甲", "", "A", ""), "A choice is there twice."),
        (("", "", "甲", "乙", "", "A", ""), "The question is missing."),
        (("打哪个电话", "", "13800138000", "120", "", "B", ""), sheets.TYPED_NUMBER.text),
    ],
)
def test_a_wrong_row_is_told_with_its_number(row: Sequence[str], why: str) -> None:
    _found, [(number, sentence)] = sheets.read(table(*GOOD, row))
    assert (number, sentence.text.startswith(why)) == (6, True)


def test_without_a_header_nothing_is_read() -> None:
    assert sheets.read(table(*GOOD, head=("甲", "乙"))) == ([], [(1, sheets.NO_HEADER)])


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_the_template_is_read_and_its_example_left_out(
    app: Flask, people: Cast, language: str
) -> None:
    browser = Client(app).language(language).sign_in(CHEN)
    answer = browser.get(f"{page(people)}/template.xlsx")
    assert answer.status_code == 200
    filled = load_workbook(io.BytesIO(answer.data))
    assert filled.active is not None
    assert upload(browser, answer.data, path=f"{page(people)}/import").status_code == 422

    filled.active.append(["新题", None, "甲", "乙", "丙", None, None, None, "AC", None])
    data = io.BytesIO()
    filled.save(data)

    assert upload(browser, data.getvalue(), path=f"{page(people)}/import").status_code == 303
    assert texts(app, people) == ["新题"]


def test_all_are_added_or_none(app: Flask, people: Cast) -> None:
    browser, path = Client(app).language("en").sign_in(WANG), f"{page(people)}/import"
    broken = upload(browser, workbook([HEAD, *GOOD, ("丁", "", "甲", "", "", "A", "")]), path=path)
    assert broken.status_code == 422
    assert "Nothing was added. Row 5: A question has 2 to 6 choices." in broken.text
    assert texts(app, people) == []
    assert upload(browser, workbook([HEAD, *GOOD]), path=path).status_code == 303
    assert texts(app, people) == ["首先做什么", "哪些正确", "还有哪些"]


def test_what_cannot_be_read_is_refused_with_a_reason(app: Flask, people: Cast) -> None:
    browser, path = Client(app).language("en").sign_in(CHEN), f"{page(people)}/import"
    many = [(f"题{number}", "", "甲", "乙", "", "A", "") for number in range(101)]
    long = ("问" * 501, "", "甲", "乙", "", "A", "")
    refused = {
        "Choose a file first.": browser.post(path, {}),
        "The file is empty.": upload(browser, b"", path=path),
        "This is an old Excel file": upload(browser, b"\xd0\xcf\x11\xe0", "题.xls", path),
        "at most 100 questions": upload(browser, workbook([HEAD, *many]), path=path),
        "500 characters in a cell": upload(browser, workbook([HEAD, long]), path=path),
        "There are no questions below": upload(browser, workbook([HEAD]), path=path),
    }
    assert {one: answer.status_code for one, answer in refused.items()} == dict.fromkeys(
        refused, 422
    )
    assert [one for one, answer in refused.items() if one not in answer.text] == []
    assert texts(app, people) == []


@pytest.mark.parametrize(("email", "status"), [(SUN, 404), (LI, 403)])
def test_others_import_nothing(app: Flask, people: Cast, email: str, status: int) -> None:
    browser = Client(app).sign_in(email)
    assert browser.get(f"{page(people)}/template.xlsx").status_code == status
    answer = upload(browser, workbook([HEAD, *GOOD]), path=f"{page(people)}/import")
    assert answer.status_code == status
    assert texts(app, people) == []
