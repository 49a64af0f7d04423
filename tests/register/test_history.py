"""An import, and its undoing, stand in the history of the entries that they touch."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from booking.db import db
from booking.entries.engine.parts import EntryPart
from booking.entries.models import EntryChange
from booking.instructors.models import Instructor
from tests.browser import Client
from tests.factories import WANG, Cast
from tests.register.uploads import sheet, text_of, upload

FIRST = ("白露", "", "栖云市一中", "", "急救", "急救一", "全市", "", "", "")
MORE = ("白露", "女", "栖云市一中", "教授", "法治", "急救一；急救二", "全省", "12000000001", "", "")

Change = tuple[EntryPart, Any, Any, bool]


def _changes(app: Flask, key: str) -> list[Change]:
    """(part, before, after, whether it puts something back) of one import, in order."""
    with app.app_context():
        query = select(EntryChange).where(EntryChange.import_key == key)
        rows = db.session().scalars(query.order_by(EntryChange.id)).all()
        assert {row.actor_name for row in rows} <= {"王强"}
        assert {row.on_behalf for row in rows} <= {True}
        return [(row.part, row.before, row.after, row.undoes_id is not None) for row in rows]


def _imported(browser: Client, *people: tuple[object, ...]) -> str:
    done = browser.post(upload(browser, sheet(people))[1])
    assert done.status_code == 303, done.text
    return str(done.location).split("/")[3]


def test_a_new_entry_and_its_undoing(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    key = _imported(browser, FIRST)
    with app.app_context():
        query = select(Instructor.id).where(Instructor.name == "白露")
        person = db.session().scalars(query).one()
    there = {"id": person, "name": "白露", "workplace": "栖云市一中"}
    assert _changes(app, key) == [(EntryPart.ADDED, None, there, False)]
    page = text_of(browser.get(f"/entries/{person}/history").text)
    assert "Entry added" in page
    assert "by an import of a spreadsheet" in page

    assert browser.post(f"/register/import/{key}/undo").status_code == 303

    assert _changes(app, key) == [
        (EntryPart.ADDED, None, there, False),
        (EntryPart.ADDED, there, None, True),
    ]
    with app.app_context():
        assert set(db.session().scalars(select(EntryChange.instructor_id))) == {None}


def test_what_an_import_completes_stands_part_by_part(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(WANG)
    _imported(browser, FIRST)
    key = _imported(browser, MORE)

    done = _changes(app, key)

    assert [(one[0], one[3]) for one in done] == [
        (EntryPart.POST, False),
        (EntryPart.FIELDS, False),
        (EntryPart.REGIONS, False),
        (EntryPart.TOPIC, False),
        (EntryPart.PARTICULARS, False),
    ]
    assert done[0][1:3] == (
        {"title": "", "workplace": "栖云市一中"},
        {"title": "教授", "workplace": "栖云市一中"},
    )
    assert (done[3][1], done[3][2]["title"]) == (None, "急救二")
    assert done[4][1:3] == (
        {"gender": False, "birth_month": False, "contacts": 0},
        {"gender": True, "birth_month": False, "contacts": 1},
    )
    assert browser.post(f"/register/import/{key}/undo").status_code == 303
    undone = _changes(app, key)[5:]
    assert [(part, before, after) for part, before, after, _back in undone] == [
        (part, after, before) for part, before, after, _back in done
    ]
    assert {back for *_rest, back in undone} == {True}


def test_an_unchanged_entry_gets_no_history(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(WANG)
    _imported(browser, FIRST)
    assert _changes(app, _imported(browser, FIRST)) == []
