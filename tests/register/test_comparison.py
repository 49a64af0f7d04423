"""The preview says what an import would change, and asks who somebody is."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.instructors.models import Instructor
from booking.register.background import tasks
from booking.register.background.queue import SILENCE
from booking.register.comparison.engine.nearness import is_near
from booking.register.models import DraftState, ImportBatch, ImportDraft
from booking.register.preview import page as preview_page
from tests.browser import Client
from tests.factories import NOW, WANG, Cast
from tests.register.test_import import dump
from tests.register.uploads import rows, sheet, text_of, upload

KNOWN = ("白露", "女", "栖云市第一中学", "教授", "急救", "急救一", "全市", "12000000001", "", "")
_CHIP = re.compile(r'<a class="chip[^>]*>([^<]*)</a>')


def _wang(app: Flask) -> Client:
    return Client(app).language("en").sign_in(WANG)


def _imported(browser: Client, people: list[tuple[object, ...]]) -> str:
    done = browser.post(upload(browser, sheet(people))[1])
    assert done.status_code == 303, done.text
    return str(done.location)


def _chips(page: str) -> dict[str, int]:
    found = (text_of(words).rpartition(" ") for words in _CHIP.findall(page))
    return {name: int(count) for name, _space, count in found if count.isdigit()}


def _workplaces(app: Flask, name: str = "白露") -> list[tuple[str, int]]:
    with app.app_context():
        found = db.session().scalars(select(Instructor).where(Instructor.name == name))
        return sorted((one.workplace, len(one.topics)) for one in found)


def test_a_second_import_says_what_changes(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    _imported(browser, [KNOWN, *rows(3)])
    more = (
        "白露",
        "女",
        "栖云市第一中学",
        "讲师",
        "法治",
        "急救一；急救二",
        "全省",
        "12000000009",
        "",
        "",
    )

    draft = upload(browser, sheet([more, *rows(5)]))[1]
    page = browser.get(draft).text
    text = text_of(page)

    assert "6 people are ready." in text
    assert "Compared with the register: 2 new, 1 would change, 3 unchanged." in text
    assert _chips(page) == {"All": 6, "Hints": 1, "New": 2, "Changes": 1, "Unchanged": 3}
    assert "changes + Topics 急救二 + Fields 法治 + Teaches in 1 + 1 contact" in text
    assert "Title stays “ 教授 ”; the spreadsheet has “ 讲师 ”." in text
    changes = browser.get(f"{draft}?show=completed").text
    assert re.findall(r'data-label="Row">(\d+)', changes) == ["3"]
    assert "12000000009" not in page


def test_the_preview_and_the_import_agree(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    _imported(browser, [KNOWN, *rows(3)])
    again = [("白露", "女", "栖云市第一中学", "", "", "急救二", "", "", "", ""), *rows(5)]

    report = text_of(browser.get(_imported(browser, again)).text)

    assert "New: 2, completed: 1, unchanged: 3." in report


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("栖云市第一中学", "栖云市第一中学教务处", True),
        ("栖云市 第一中学", "栖云市第一中学", True),
        ("", "栖云市第一中学", True),
        ("栖云市第一中学", "栖云市第一初级中学", True),
        ("栖云市第一中学", "澄湖市人民医院", False),
        ("栖云市第一中学", "栖云市农业技术推广站", False),
    ],
)
def test_near_workplaces(one: str, other: str, near: bool) -> None:
    assert (is_near(one, other), is_near(other, one)) == (near, near)


NEAR = ("白露", "女", "栖云市第一中学教务处", "", "", "急救二", "全市", "", "", "")


def _entry_key(page: str) -> str:
    return str(re.findall(r'<option value="(entry:\d+)"', page)[0])


def test_the_same_person_is_completed_where_somebody_says_so(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    _imported(browser, [KNOWN])
    draft = upload(browser, sheet([NEAR]))[1]
    asked = browser.get(draft).text

    saved = browser.post(f"{draft}/people", {"row-3": _entry_key(asked), "show": "doubles"})
    decided = text_of(browser.get(saved.location).text)
    browser.post(draft)

    assert "1 row may be somebody who is known under another workplace." in text_of(asked)
    assert saved.location == f"{draft}?show=doubles"
    assert "0 new, 1 would change, 0 unchanged" in decided
    assert "may be somebody" not in decided
    assert _workplaces(app) == [("栖云市第一中学", 2)]


def test_undecided_or_decided_new_a_row_is_a_new_person(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    _imported(browser, [KNOWN])
    draft = upload(browser, sheet([NEAR]))[1]
    browser.post(f"{draft}/people", {"row-3": "new"})

    browser.post(draft)

    assert _workplaces(app) == [("栖云市第一中学", 1), ("栖云市第一中学教务处", 1)]


def test_two_rows_of_one_file_can_be_one_person(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    draft = upload(browser, sheet([KNOWN, NEAR]))[1]
    browser.post(f"{draft}/people", {"row-4": "row:3"})

    page = text_of(browser.get(draft).text)
    browser.post(draft)

    assert "joined with row 3" in page
    assert _workplaces(app) == [("栖云市第一中学", 2)]


def test_a_decision_for_somebody_who_was_not_offered_counts_for_nothing(
    app: Flask, people: Cast
) -> None:
    browser = _wang(app)
    _imported(browser, [KNOWN])
    draft = upload(browser, sheet([NEAR]))[1]
    decided = {"row-3": f"entry:{people.zhou.id}", "row-99": "new", "row-x": "new"}
    assert browser.post(f"{draft}/people", decided).status_code == 303

    browser.post(draft)

    with app.app_context():
        assert len(db.session().scalars(select(Instructor)).all()) == 4
        zhou = db.session().get_one(Instructor, people.zhou.id)
        assert [topic.title for topic in zhou.topics if topic.title == "急救二"] == []


def test_the_marked_spreadsheet_has_the_cells_and_what_is_wrong(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    people_rows = [
        ("@白露", "X", "栖云市一中", "", "", "", "", "12", "", ""),
        ("", "男", "栖云市二中"),
    ]
    draft = upload(browser, sheet([*rows(1), *people_rows]))[1]

    answer = browser.get(f"{draft}/marked")
    target = load_workbook(io.BytesIO(answer.data)).worksheets[0]

    found = [[cell.value for cell in row] for row in target.iter_rows(min_row=2)]
    assert answer.status_code == 200
    assert found[0][0] == "姓名"
    assert found[1][0] == rows(1)[0][0]
    assert target["A4"].value == "@白露"
    assert (target["A4"].data_type, target["A4"].quotePrefix) == ("s", True)
    assert target["B4"].comment.text == "Neither 男 nor 女; left empty."
    assert target["A5"].fill.fgColor.rgb == "FFF4C7C3"
    assert found[3][-1] == "The name is missing."
    again = upload(browser, answer.data)[1]  # corrected in it, it can be chosen again
    assert "2 people are ready, 1 row cannot be imported" in text_of(browser.get(again).text)


def test_many_people_are_imported_by_the_worker(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.register.preview.views.SMALL", 10)
    monkeypatch.setattr(tasks, "STEP", 5)
    assert preview_page.SMALL > 10
    browser = _wang(app)
    draft = upload(browser, sheet(rows(30)))[1]

    queued = browser.post(draft)
    waiting = browser.get(draft)
    refused = browser.post(f"{draft}/columns", {"role-A": "title"})
    with app.app_context():
        taken = tasks.import_waiting(NOW)
    done = browser.get(draft)

    assert (queued.status_code, queued.location) == (303, draft)
    assert waiting.headers["Refresh"] == "2"
    assert "Import runs" in text_of(waiting.text)
    assert refused.status_code == 303
    assert taken == 1
    assert (done.status_code, done.location) == (302, f"{draft}/report")
    assert "New: 30, completed: 0" in text_of(browser.get(done.location).text)


def test_a_refused_import_of_the_worker_tells_why(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.register.preview.views.SMALL", 10)
    browser = _wang(app)
    draft = upload(browser, sheet([*rows(30), ("", "男", "栖云市一中", *[""] * 7)]))[1]
    browser.post(draft)
    before = dump(app)["instructor"]

    with app.app_context():
        tasks.import_waiting(NOW)

    page = browser.get(draft)
    assert "Nothing was imported: there are rows that cannot be imported." in text_of(page.text)
    assert dump(app)["instructor"] == before
    assert browser.post(draft, {"skip_invalid": "1"}).status_code == 303
    with app.app_context():
        tasks.import_waiting(NOW)
        assert db.session().scalars(select(ImportBatch)).one().added == 30


def test_an_import_whose_worker_fell_silent_can_be_pressed_again(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.register.preview.views.SMALL", 10)
    browser = _wang(app)
    draft = upload(browser, sheet(rows(30)))[1]
    browser.post(draft)
    with app.app_context(), unit_of_work() as session:
        stored = session.scalars(select(ImportDraft)).one()
        stored.state, stored.seen_at = DraftState.RUNNING, NOW
    with app.app_context():
        tasks.import_waiting(NOW + SILENCE * 2)

    assert "The import was interrupted." in text_of(browser.get(draft).text)
    browser.post(draft)
    with app.app_context():
        assert tasks.import_waiting(NOW) == 1
