"""The audit log as a file: what the filter finds, no formulas, bounded, recorded."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from booking import audit
from booking.audit import About, Action, SubjectKind
from booking.db import unit_of_work
from booking.oversight import views
from booking.text import one_line, visible
from booking.workbooks.engine.texts import as_csv
from tests.audit_log import entries
from tests.browser import Client
from tests.factories import CHEN, COUNTY, LI, OTHER_DISTRICT, ROOT, WANG, Cast

EVIL = '=HYPERLINK("http://example.org","x")'


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).language("en").sign_in(ROOT)


def add(app: Flask, name: str, region: str = COUNTY, **detail: object) -> None:
    with app.app_context(), unit_of_work() as session:
        about = About(SubjectKind.INSTRUCTOR, 1, name)
        audit.record(session, Action.TERMS_CHANGED, about=about, region_code=region, detail=detail)


def table(browser: Client, query: str = "") -> list[list[str]]:
    answer = browser.get(f"/audit/export?format=csv&action=terms_changed{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("email", [LI, CHEN, WANG, None])
def test_only_administrators(app: Flask, people: Cast, email: str | None) -> None:
    browser = Client(app)
    if email is not None:
        browser.sign_in(email)
    answer = browser.get("/audit/export?format=csv")
    assert answer.status_code == (302 if email is None else 403)
    assert entries(app, Action.AUDIT_EXPORTED) == []


def test_both_files_hold_the_same_and_no_formula(app: Flask, root: Client) -> None:
    add(app, EVIL, change="term_added", first="+1", last="@SUM(1)")
    add(app, "陈明", changes={"title": ["教授", "-副教授"], "listed": [True, False]})

    rows = table(root)

    assert rows[0] == ["Time", "Action", "Subject", "District", "Details", "Who", "Network"]
    assert [row[2] for row in rows[1:]] == ["Instructor: 陈明", f"Instructor: {EVIL}"]
    assert rows[1][4] == "title: 教授 → -副教授; listed: yes → no"
    book = load_workbook(
        io.BytesIO(root.get("/audit/export?format=xlsx&action=terms_changed").get_data())
    )
    cells = [[cell.value or "" for cell in row] for row in book.worksheets[0].iter_rows()]
    assert cells == rows
    kinds = {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", " =", "\t=", "\r\n=", "＝", "\u200b="])
def test_no_cell_begins_like_a_formula(beginning: str) -> None:
    cell = as_csv([[one_line(visible(f"{beginning}1+1"))]]).decode("utf-8-sig").rstrip()
    assert cell.startswith("'") or not cell.lstrip("\u200b ").startswith(("=", "+", "-", "@"))


def test_a_name_that_is_a_formula_by_itself(app: Flask, root: Client) -> None:
    with app.app_context(), unit_of_work() as session:
        by = audit.By(1, EVIL)
        audit.record(session, Action.TERMS_CHANGED, by=by, detail={})
    assert table(root)[1][5] == f"'{EVIL}"


def test_the_filter_holds_and_the_export_is_recorded(app: Flask, root: Client) -> None:
    add(app, "陈明")
    add(app, "周岚", OTHER_DISTRICT)

    assert [row[2] for row in table(root, "&region=990100")[1:]] == ["Instructor: 陈明"]
    assert [row[2] for row in table(root, "&kind=instructor&person=周岚")[1:]] == [
        "Instructor: 周岚"
    ]
    assert table(root, "&kind=backup")[1:] == []

    assert [one.detail["rows"] for one in entries(app, Action.AUDIT_EXPORTED)] == [1, 1, 0]
    assert entries(app, Action.AUDIT_EXPORTED)[0].detail["region"] == "990100"


def test_it_is_bounded(app: Flask, root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        add(app, f"人{number}")
    monkeypatch.setattr(views, "MOST_ROWS", 3)
    assert [row[2] for row in table(root)[1:]] == [
        f"Instructor: 人{number}" for number in (3, 2, 1)
    ]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("?format=exe", 404),
        ("?format=csv&region=x", 422),
        ("?format=csv&kind=nothing", 422),
        ("?format=csv&first=2026-11-25&last=2026-11-24", 422),
    ],
)
def test_wrong_addresses(app: Flask, root: Client, query: str, status: int) -> None:
    assert root.get(f"/audit/export{query}").status_code == status
    assert entries(app, Action.AUDIT_EXPORTED) == []
