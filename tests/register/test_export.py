"""The export has the columns that an import understands, and no more than its reader may see."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from booking.accounts.engine.roles import SYSTEM
from booking.audit import Action, AuditEntry
from booking.availability.defaults.queries import in_scope
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.register.engine.columns import role_of
from booking.register.engine.spreadsheet import read_roster
from booking.register.exports.queries import COLUMNS, lines
from booking.register.service import import_roster
from booking.workbooks import files
from booking.workbooks.engine.books import Book, written
from booking.workbooks.engine.sheets import table
from tests import factories
from tests.browser import Client
from tests.factories import CITY, NOW, OTHER_CITY, SUN, WANG, Cast
from tests.register.rosters import roster
from tests.register.uploads import rows, sheet

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1")


def _exported(app: Flask) -> bytes:
    with app.app_context():
        head = [str(role.value) for role in COLUMNS]
        found = lines(db.session(), in_scope(SYSTEM))
    headers = {
        "name": "姓名",
        "workplace": "工作单位",
        "title": "职称（职务）",
        "region": "所在地区",
        "fields": "研究领域（每行一个）",
        "topics": "授课专题（每行一个）",
        "serves": "可服务区域（每行一个）",
    }
    return files.listed("师资库", [headers[role] for role in head], found)


def _cells(data: bytes) -> list[tuple[Any, ...]]:
    target = load_workbook(io.BytesIO(data)).worksheets[0]
    return [tuple(cell.value for cell in row) for row in target.iter_rows()]


def _import(app: Flask, data: bytes) -> None:
    with app.app_context(), unit_of_work() as session:
        import_roster(
            session,
            roster=read_roster(data, filename="师资.xlsx"),
            region_code=CITY,
            actor=SYSTEM,
            now=NOW,
        )


def _empty(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        for name in (
            "topic",
            "contact",
            "instructor_field",
            "served_region",
            "instructor",
            "field",
        ):
            session.execute(db.metadata.tables[name].delete())


TRAPS = [
    (
        "白露",
        "栖云市一中",
        "1、教授；博导",
        "990102",
        "急救",
        "急救（心肺复苏、止血）；入门",
        "全省",
    ),
    ("阿依古丽·买买提", "栖云市 二中", "主任", "澄湖市", "法治；心理", "宪法、民法典", "听澜区"),
    ("秦风", "", "", "", "", "", ""),
]
HEADERS = ("姓名", "工作单位", "职称", "所在地区", "研究领域", "授课专题", "可服务区域")


def test_exported_imported_and_exported_again_is_equal(app: Flask) -> None:
    _import(app, roster(HEADERS, TRAPS))
    _import(app, sheet(rows(40)))
    with app.app_context(), unit_of_work() as session:
        factories.make_instructor(session, "黄莺", contacts=((Channel.PHONE, "12000000088"),))
    first = _exported(app)
    _empty(app)

    _import(app, first)

    assert _cells(_exported(app)) == _cells(first)
    assert len(_cells(first)) == 1 + 3 + 40 + 1


def test_an_item_with_separators_stays_one_item(app: Flask) -> None:
    head = ("姓名", "授课专题（每行一个）", "Fields (one per line)")
    data = roster(head, [("白露", "宪法、民法典；入门\n1、导论", "法治、心理")])

    [person] = read_roster(data, filename="师资.xlsx").people

    assert person.topics == ("宪法、民法典；入门", "1、导论")
    assert person.fields == ("法治、心理",)


def test_no_text_of_an_export_is_a_formula() -> None:
    data = written(Book(table("师资库", HOSTILE, [HOSTILE])))

    for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows():
        for cell, text in zip(row, HOSTILE, strict=True):
            assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_an_import_understands_the_headers_of_an_export(
    app: Flask, people: Cast, language: str
) -> None:
    browser = Client(app).language(language).sign_in(WANG)

    export = browser.post("/register/export", {"region": CITY})
    form = browser.get("/register/form.xlsx")

    assert [role_of(str(text)) for text in _cells(export.data)[0]] == list(COLUMNS)
    roles = [role_of(str(text)) for text in _cells(form.data)[0]]
    assert [one.value for one in roles if one][-2:] == ["phone", "email"]
    assert len(roles) == len(COLUMNS) + 2


def test_an_export_has_the_own_regions_and_no_contacts_and_is_recorded(
    app: Flask, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_instructor(session, "黄莺", contacts=((Channel.PHONE, "12000000088"),))
    browser = Client(app).language("en").sign_in(WANG)

    mine = browser.post("/register/export", {"region": CITY})
    foreign = browser.post("/register/export", {"region": OTHER_CITY})
    theirs = Client(app).sign_in(SUN).post("/register/export", {"region": OTHER_CITY})

    assert [row[0] for row in _cells(mine.data)[1:]] == ["陈明", "黄莺"]
    assert foreign.status_code == 422  # no choice of the form
    assert [row[0] for row in _cells(theirs.data)[1:]] == ["周岚"]
    assert "12000000088" not in repr(_cells(mine.data))
    with app.app_context():
        entries = db.session().scalars(
            select(AuditEntry).where(AuditEntry.action == Action.EXPORTED)
        )
        found = [(one.region_code, one.detail) for one in entries]
    assert found == [
        (CITY, {"rows": 2, "what": "register"}),
        (OTHER_CITY, {"rows": 1, "what": "register"}),
    ]
