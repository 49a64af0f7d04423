"""The export has the columns that an import understands, and no more than its reader may see."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from openpyxl import load_workbook
from sqlalchemy import select

from booking import audit
from booking.accounts.engine.roles import SYSTEM
from booking.audit import Action, AuditEntry
from booking.contacts.engine.reveals import Through
from booking.contacts.models import Reveal
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Audience, Channel, Format
from booking.register.engine import cells, topic_details
from booking.register.engine.columns import role_of
from booking.register.engine.roster import ColumnRole
from booking.register.engine.spreadsheet import read_roster
from booking.register.exports.service import (
    COLUMNS,
    CONTACTS,
    ExportChoice,
    made,
)
from booking.register.exports.words import audience_line, format_line, gender_word
from booking.register.service import import_roster
from booking.workbooks.engine.books import Book, written
from booking.workbooks.engine.sheets import table
from tests import factories
from tests.browser import Client
from tests.factories import CITY, NOW, OTHER_CITY, SUN, WANG, Cast
from tests.register.rosters import roster
from tests.register.uploads import rows, sheet

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1")


def _exported(app: Flask) -> bytes:
    with app.test_request_context():
        choice = ExportChoice("990000", with_contacts=True, reason="test")
        return made(db.session(), SYSTEM, audit.By(None, "system"), choice, now=factories.NOW)


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
            "term",
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

FULL_HEADERS = (
    "姓名",
    "姓名拼音",
    "工作单位",
    "性别",
    "出生年月",
    "简介",
    "授课专题（每行一个）",
    "适用对象",
    "授课形式",
    "时长（分钟）",
    "聘期",
    "联系电话",
    "邮箱",
)
FULL = [
    (
        "曾子墨",
        "ceng zi mo",
        "栖云市四中",
        "女",
        "1980-10",
        "第一段\n\n第二段，=1+1",
        "宪法、民法典\n=1+1 的教学",
        "党员、干部\n不限",
        "线上\n现场教学、案例式",
        "45分钟\n90",
        "2026-01-01 至 2026-12-31\n2027/1/1-2027/12/31",
        "12000001000\n0992-80000002转801",
        "a@example.org",
    ),
    ("单于飞", "", "栖云市五中", "", "", "", "入门\n提高", "学生", "", "60", "", "", ""),
]


def test_exported_imported_and_exported_again_is_equal(app: Flask) -> None:
    _import(app, roster(HEADERS, TRAPS))
    _import(app, sheet(rows(40)))
    _import(app, roster(FULL_HEADERS, FULL))
    with app.app_context(), unit_of_work() as session:
        factories.make_instructor(session, "黄莺", contacts=((Channel.PHONE, "12000000088"),))
    first = _exported(app)
    _empty(app)

    _import(app, first)

    assert _cells(_exported(app)) == _cells(first)
    assert len(_cells(first)) == 1 + 3 + 40 + 2 + 1
    by_name = {row[0]: dict(zip(COLUMNS + CONTACTS, row, strict=True)) for row in _cells(first)}
    assert by_name["曾子墨"] == {
        ColumnRole.NAME: "曾子墨",
        ColumnRole.READING: "ceng zi mo",
        ColumnRole.WORKPLACE: "栖云市四中",
        ColumnRole.TITLE: None,
        ColumnRole.GENDER: "女",
        ColumnRole.BIRTH_MONTH: "1980-10",
        ColumnRole.REGION: "栖云市",
        ColumnRole.INTRODUCTION: "第一段\n\n第二段，=1+1",
        ColumnRole.FIELDS: None,
        ColumnRole.TOPICS: "宪法、民法典\n=1+1 的教学",
        ColumnRole.AUDIENCES: "干部、党员\n不限",
        ColumnRole.FORMATS: "线上\n案例式、现场教学",
        ColumnRole.MINUTES: "45\n90",
        ColumnRole.SERVES: "栖云市",
        ColumnRole.TERMS: "2026-01-01 至 2026-12-31\n2027-01-01 至 2027-12-31",
        ColumnRole.PHONE: "0992-80000002转801\n12000001000",
        ColumnRole.EMAIL: "a@example.org",
    }
    assert by_name["单于飞"][ColumnRole.AUDIENCES] == "学生\n学生"
    assert by_name["单于飞"][ColumnRole.MINUTES] == "60\n60"


def test_an_item_with_separators_stays_one_item(app: Flask) -> None:
    head = ("姓名", "授课专题（每行一个）", "Fields (one per line)")
    data = roster(head, [("白露", "宪法、民法典；入门\n1、导论", "法治、心理")])

    [person] = read_roster(data, filename="师资.xlsx").people

    assert person.topics == ("宪法、民法典；入门", "1、导论")
    assert person.fields == ("法治、心理",)


def test_no_text_of_an_export_is_a_formula() -> None:
    data = written([Book(table("师资库", HOSTILE, [HOSTILE]))])

    for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows():
        for cell, text in zip(row, HOSTILE, strict=True):
            assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_contacts_are_given_for_a_reason_only_and_recorded(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_instructor(session, "黄莺", contacts=((Channel.PHONE, "12000000088"),))

    browser = Client(app).language("en").sign_in(WANG)
    refused = browser.post("/register/export", {"region": CITY, "contacts": "y"})
    plain = browser.post("/register/export", {"region": CITY, "reason": "for nothing"})
    whole = browser.post(
        "/register/export", {"region": CITY, "contacts": "y", "reason": "Phone round"}
    )

    assert refused.status_code == 422
    assert "Say what the contact details are needed for." in refused.text
    assert "12000000088" not in repr(_cells(plain.data))
    assert len(_cells(plain.data)[0]) == len(COLUMNS)
    assert [row[-2] for row in _cells(whole.data)[1:]] == [None, "12000000088"]
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action == Action.CONTACTS_EXPORTED)
        [entry] = db.session().scalars(query)
    assert entry.region_code == CITY
    assert entry.detail == {
        "rows": 2,
        "what": "register",
        "contacts": 1,
        "reason": "Phone round",
    }
    with app.app_context():
        [reveal] = db.session().scalars(select(Reveal))
    assert (reveal.channel, reveal.hint) == (Channel.PHONE, "120****0088")
    assert (reveal.reader_name, reveal.through) == ("王强", Through.EXPORT)
    assert (reveal.reference, reveal.reason) == (CITY, "Phone round")


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_words_of_an_export_are_understood(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        for one in Audience:
            assert topic_details.audiences(audience_line([one])) == (one,)
        for form in Format:
            assert topic_details.formats(format_line([form])) == (form,)
        everything = list(Audience), list(Format)
        assert topic_details.audiences(audience_line(everything[0])) == tuple(Audience)
        assert topic_details.formats(format_line(everything[1])) == tuple(Format)
        assert topic_details.audiences(audience_line([])) == ()
        assert [cells.gender(gender_word(one)) for one in ("m", "f", None)] == ["m", "f", None]


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_an_import_understands_the_headers_of_an_export(
    app: Flask, people: Cast, language: str
) -> None:
    browser = Client(app).language(language).sign_in(WANG)

    export = browser.post("/register/export", {"region": CITY})
    form = browser.get("/register/form.xlsx")

    assert [role_of(str(text)) for text in _cells(export.data)[0]] == list(COLUMNS)
    roles = [role_of(str(text)) for text in _cells(form.data)[0]]
    assert roles == [*COLUMNS, *CONTACTS]


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
            select(AuditEntry).where(AuditEntry.action == Action.EXPORTED).order_by(AuditEntry.id)
        )
        found = [(one.region_code, one.detail) for one in entries]
    assert found == [
        (CITY, {"rows": 2, "what": "register"}),
        (OTHER_CITY, {"rows": 1, "what": "register"}),
    ]
