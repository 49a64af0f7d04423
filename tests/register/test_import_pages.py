"""The import as a coordinator meets it: two tabs, two presses, somebody else's region."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.instructors.models import Instructor
from booking.privacy.retention.tasks import apply_schedule
from booking.register.models import ImportBatch, ImportDraft
from booking.settings.engine.retention import IMPORT_DAYS
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CITY, NOW, WANG, Cast
from tests.register.uploads import rows, sheet, text_of, upload

_ROW = re.compile(r"<tr class=\"wrong\"[^>]*>.*?</tr>", re.DOTALL)
AGAIN = "This spreadsheet has been imported already. Nothing was done a second time."
FOREIGN = "Belongs to a region that you do not keep."
GONE = "This preview is no longer there: you have previewed another spreadsheet since"


def _names(app: Flask) -> list[str]:
    """Who came into the register beside Chen and Zhou."""
    with app.app_context():
        names = db.session().scalars(select(Instructor.name).order_by(Instructor.id)).all()
    return list(names)[2:]


def _wang(app: Flask) -> Client:
    return Client(app).language("en").sign_in(WANG)


def test_a_preview_imports_what_it_showed_or_nothing(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    first = upload(browser, sheet(rows(1)))[1]
    second = upload(browser, sheet(rows(3)[1:]))[1]

    replaced = browser.post(first)

    assert first != second
    assert replaced.status_code == 404
    assert GONE in text_of(replaced.text)
    assert 'type="file"' in replaced.text  # the way on stands on the page
    assert browser.get(first).status_code == 404
    assert _names(app) == []
    assert browser.post(second).status_code == 303
    assert _names(app) == [row[0] for row in rows(3)[1:]]


def test_the_report_can_be_reloaded_and_a_second_press_imports_nothing(
    app: Flask, people: Cast
) -> None:
    browser = _wang(app)
    draft = upload(browser, sheet(rows(2)))[1]

    done = browser.post(draft)
    report, reloaded = browser.get(done.location), browser.get(done.location)
    pressed = browser.post(draft)
    said = browser.get(pressed.location)

    assert (done.status_code, pressed.status_code) == (303, 303)
    assert pressed.location == done.location == f"{draft}/report"
    assert "Imported: 2 new, 0 completed, 0 unchanged." in text_of(report.text)
    assert [
        "New: 2, completed: 0, unchanged: 0." in text_of(page.text) for page in (report, reloaded)
    ] == [True, True]
    assert (AGAIN in text_of(reloaded.text), AGAIN in text_of(said.text)) == (False, True)
    assert len(_names(app)) == 2
    back = browser.get(draft)
    assert (back.status_code, back.location) == (302, done.location)


def test_two_presses_at_once_import_once(app: Flask, people: Cast) -> None:
    browsers = [_wang(app), _wang(app)]
    draft = upload(browsers[0], sheet(rows(20)))[1]

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda browser: browser.post(draft), browsers))

    assert [(one.status_code, one.location) for one in done] == [(303, f"{draft}/report")] * 2
    assert _names(app) == [row[0] for row in rows(20)]
    said = sorted(AGAIN in text_of(browser.get(f"{draft}/report").text) for browser in browsers)
    assert said == [False, True]


def test_reports_are_forgotten_after_a_year(app: Flask, people: Cast, time: Time) -> None:
    browser = _wang(app)
    report = browser.post(upload(browser, sheet(rows(1)))[1]).location
    left = []
    days = timedelta(days=IMPORT_DAYS.default)
    for later in (days, days + timedelta(seconds=1)):
        with app.app_context():
            apply_schedule(NOW + later)
            left.append(len(db.session().scalars(select(ImportBatch)).all()))

    assert left == [1, 0]
    assert _wang(app).get(report).status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_another_release_stored_in_another_form_is_not_imported(
    app: Flask, people: Cast
) -> None:
    browser = _wang(app)
    draft = upload(browser, sheet(rows(1)))[1]
    with app.app_context(), unit_of_work() as session:
        stored = session.scalars(select(ImportDraft)).one()
        known, stored.roster = stored.roster, stored.roster | {"sheets": ["师资"]}

    for answer in (browser.get(draft), browser.post(draft)):
        assert (answer.status_code, GONE in text_of(answer.text)) == (404, True)
    assert _names(app) == []
    with app.app_context(), unit_of_work() as session:
        session.scalars(select(ImportDraft)).one().roster = known
    report = browser.post(draft).location
    with app.app_context(), unit_of_work() as session:
        session.scalars(select(ImportBatch)).one().report = {}

    answer = browser.get(report)
    assert (answer.status_code, "New: 1, completed: 0" in text_of(answer.text)) == (200, True)


def test_rows_of_another_region_are_named_in_the_preview_and_can_be_left_out(
    app: Flask, people: Cast
) -> None:
    browser = _wang(app)  # keeps 栖云市
    mixed = [*rows(2), *rows(4, place="澄湖市")[2:]]

    draft = upload(browser, sheet(mixed), region=CITY)[1]
    preview = browser.get(draft).text
    refused = browser.post(draft)

    assert "2 people are ready, 2 rows cannot be imported." in text_of(preview)
    names = {row: rows(4)[row - 3][0] for row in (5, 6)}
    assert [text_of(row) for row in _ROW.findall(preview)] == [
        f"{row} {names[row]} 澄湖市第{row - 3}中学（虚构） ✕ cannot be imported "
        f"C 工作单位 澄湖市第{row - 3}中学（虚构） ✕ {FOREIGN}"
        for row in (5, 6)
    ]
    assert refused.status_code == 422
    assert "Nothing was imported: 2 rows cannot be imported." in text_of(refused.text)
    assert _names(app) == []
    assert browser.post(draft, {"skip_invalid": "1"}).status_code == 303
    assert _names(app) == [row[0] for row in rows(2)]


def test_where_nobody_could_be_imported_there_is_no_rest_to_import(
    app: Flask, people: Cast
) -> None:
    browser = _wang(app)

    preview = browser.get(upload(browser, sheet(rows(1, place="澄湖市")))[1]).text

    assert "0 people are ready, 1 row cannot be imported." in text_of(preview)
    assert "skip_invalid" not in preview


def test_one_row_is_one_row(app: Flask, people: Cast) -> None:
    browser = _wang(app)
    draft = upload(browser, sheet([*rows(2), ("", "男", "栖云市一中", *[""] * 7)]))[1]

    page = text_of(browser.post(draft).text)

    assert "Nothing was imported: 1 row cannot be imported. Correct it" in page


def test_only_spreadsheets_are_offered_for_upload(app: Flask, people: Cast) -> None:
    page = _wang(app).get("/register/import").text

    assert re.findall(r'<input accept="([^"]*)"[^>]* type="file"', page) == [".xlsx"]


def test_an_address_that_never_was_a_preview_leads_to_the_form(app: Flask, people: Cast) -> None:
    browser = _wang(app)

    answers = [
        browser.get(path)
        for path in ("/register/import/1", "/register/import/x", "/register/import/x/report")
    ]

    assert [(one.status_code, GONE in text_of(one.text)) for one in answers] == [(404, True)] * 3
