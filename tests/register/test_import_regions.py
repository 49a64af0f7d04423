"""Importing changes what the importer keeps and nothing else, by the region of each entry."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.errors import Forbidden
from booking.instructors import editable_entry
from booking.instructors import service as instructors
from booking.instructors.models import Contact, Instructor, ServedRegion, Topic
from booking.instructors.service import InstructorFacts
from tests import factories
from tests.browser import Client
from tests.factories import (
    CITY,
    COUNTY,
    DISTRICT,
    NOW,
    OTHER_CITY,
    OTHER_DISTRICT,
    PASSWORD,
    SUN,
    WANG,
    Cast,
)
from tests.register.uploads import sheet, text_of, upload

WORKPLACE = "汀兰大学（虚构）"
FORGED = ("周岚", "女", WORKPLACE, "院士", "急救", "伪造专题", "全省", "12000006666", "", "")
OWN = ("陈明", "男", WORKPLACE, "教授", "急救", "新专题", "全省", "12000007777", "", "")
ELSEWHERE = "An entry with this name and workplace belongs to another district."
COUNTY_KEEPER = "county@example.org"
_WRONG = re.compile(r"<tr class=\"wrong\"[^>]*>.*?</tr>", re.DOTALL)


def entry(app: Flask, instructor_id: int) -> dict[str, object]:
    """Everything of an entry that an import may change."""
    with app.app_context():
        session = db.session()
        one = session.get_one(Instructor, instructor_id)
        values = {column.key: getattr(one, column.key) for column in Instructor.__table__.columns}
        for model, column in (
            (Topic, Topic.title), (Contact, Contact.value), (ServedRegion, ServedRegion.region_code)
        ):  # fmt: skip
            found = session.scalars(select(column).where(model.instructor_id == instructor_id))
            values[model.__tablename__] = sorted(found)
        return values


def titles(app: Flask, instructor_id: int) -> list[str]:
    """The topics of an entry."""
    with app.app_context():
        query = select(Topic.title).where(Topic.instructor_id == instructor_id)
        return [*db.session().scalars(query)]


def move(app: Flask, instructor_id: int, region: str) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Instructor, instructor_id).region_code = region


def wang(app: Flask) -> Client:
    return Client(app).language("en").sign_in(WANG)


def wrong_rows(page: str) -> list[str]:
    return [text_of(row) for row in _WRONG.findall(page)]


def test_an_entry_of_another_region_is_refused_in_the_preview_and_stays_as_it_was(
    app: Flask, people: Cast
) -> None:
    before = entry(app, people.zhou.id)
    browser = wang(app)

    draft = upload(browser, sheet([FORGED, OWN]), region=DISTRICT)[1]
    preview = browser.get(draft).text
    refused = browser.post(draft)
    kept = entry(app, people.zhou.id)
    done = browser.post(draft, {"skip_invalid": "1"})

    [row] = wrong_rows(preview)
    assert row.startswith("3 周岚 汀兰大学（虚构） ✕ cannot be imported A 姓名 周岚 ✕ An entry")
    assert ELSEWHERE in row
    assert "1 person is ready, 1 row cannot be imported." in text_of(preview)
    assert (refused.status_code, wrong_rows(refused.text)) == (422, [row])
    assert OTHER_CITY not in preview
    assert "观屿" not in preview.partition("<h1>")[2]
    assert kept == before
    assert done.status_code == 303
    assert entry(app, people.zhou.id) == before
    assert "新专题" in titles(app, people.chen.id)


def test_an_entry_that_moves_away_after_the_preview_is_not_changed(
    app: Flask, people: Cast
) -> None:
    browser = wang(app)
    draft = upload(browser, sheet([OWN]), region=DISTRICT)[1]
    assert wrong_rows(browser.get(draft).text) == []

    move(app, people.chen.id, OTHER_DISTRICT)
    before = entry(app, people.chen.id)
    refused = browser.post(draft)
    skipped = browser.post(draft, {"skip_invalid": "1"})

    assert refused.status_code == 422
    assert [ELSEWHERE in row for row in wrong_rows(refused.text)] == [True]
    assert skipped.status_code == 303
    assert entry(app, people.chen.id) == before


def test_an_entry_that_moves_here_after_the_preview_can_be_completed(
    app: Flask, people: Cast
) -> None:
    browser = wang(app)
    draft = upload(browser, sheet([FORGED]), region=DISTRICT)[1]
    assert len(wrong_rows(browser.get(draft).text)) == 1

    move(app, people.zhou.id, DISTRICT)

    assert browser.post(draft).status_code == 303
    assert "伪造专题" in titles(app, people.zhou.id)
    assert entry(app, people.zhou.id)["region_code"] == DISTRICT


@pytest.mark.parametrize("home", [CITY, DISTRICT, "990000"])
def test_a_county_keeps_neither_the_city_nor_its_neighbour(
    app: Flask, people: Cast, home: str
) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_user(session, COUNTY_KEEPER, "县", Role.COORDINATOR, region_code=COUNTY)
    move(app, people.chen.id, home)
    before = entry(app, people.chen.id)
    browser = Client(app).language("en").sign_in(COUNTY_KEEPER, PASSWORD)

    draft = upload(browser, sheet([OWN]), region=COUNTY)[1]
    browser.post(draft)
    browser.post(draft, {"skip_invalid": "1"})

    assert entry(app, people.chen.id) == before
    move(app, people.chen.id, COUNTY)
    again = upload(browser, sheet([OWN]), region=COUNTY)[1]
    assert browser.post(again).status_code == 303
    assert "新专题" in titles(app, people.chen.id)


def test_teaching_in_a_region_does_not_hand_the_entry_to_it(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        mine = factories.editable(session, people.chen.id)
        instructors.add_served_regions(session, entry=mine, codes=[OTHER_CITY, OTHER_DISTRICT])
    before = entry(app, people.chen.id)
    browser = Client(app).language("en").sign_in(SUN)

    draft = upload(browser, sheet([OWN]), region=OTHER_CITY)[1]

    assert len(wrong_rows(browser.get(draft).text)) == 1
    assert browser.post(draft, {"skip_invalid": "1"}).status_code == 303
    assert entry(app, people.chen.id) == before


def test_an_import_moves_nobody_to_another_region(app: Flask, people: Cast) -> None:
    browser = wang(app)

    draft = upload(browser, sheet([OWN]), region=COUNTY)[1]

    assert browser.post(draft).status_code == 303
    assert entry(app, people.chen.id)["region_code"] == DISTRICT


def test_the_command_completes_entries_of_every_region(
    app: Flask, people: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "师资.xlsx"
    file.write_bytes(sheet([FORGED, OWN]))

    result = app.test_cli_runner().invoke(args=["register", "import", str(file)])

    assert result.output.strip().endswith("Imported: 0 added, 2 completed, 0 unchanged.")
    assert "伪造专题" in titles(app, people.zhou.id)


def test_services_ask_the_region_of_the_entry(app: Flask, people: Cast) -> None:
    with app.app_context():
        with unit_of_work() as session:
            who = session.get_one(User, people.wang).actor()
        for instructor_id, mine in ((people.chen.id, True), (people.zhou.id, False)):
            with unit_of_work() as session:
                try:
                    editable_entry.editable(
                        session,
                        instructor_id=instructor_id,
                        actor=who,
                        permission="register.import",
                    )
                except Forbidden:
                    assert not mine
                else:
                    assert mine
        facts = InstructorFacts("吴新", WORKPLACE, OTHER_DISTRICT)
        with pytest.raises(Forbidden), unit_of_work() as session:
            instructors.add_instructor(session, facts=facts, actor=who, now=NOW)


def test_the_sentence_is_in_chinese_too(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(WANG)

    page = unescape(browser.get(upload(browser, sheet([FORGED]), region=DISTRICT)[1]).text)

    assert "同名且同单位的条目属于其他地区" in page
