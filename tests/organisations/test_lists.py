"""Organisations as spreadsheets: preview, all or nothing, and back without a difference."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import delete, func, select

from booking.accounts.models import Organisation
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.organisations.lists import reader
from booking.organisations.lists.engine.tables import (
    MAX_ROWS,
    Unreadable,
    UnreadableTable,
    read_table,
)
from booking.workbooks.engine.texts import DANGEROUS, neutral, restored
from tests import factories
from tests.browser import Client
from tests.factories import COUNTY, DISTRICT, OTHER_DISTRICT, ROOT, WANG, Cast
from tests.organisations.uploads import HEADER, previewed, upload, workbook


def stored(app: Flask) -> list[tuple[object, ...]]:
    with app.app_context():
        query = select(
            Organisation.region_code,
            Organisation.name,
            Organisation.open_limit,
            Organisation.daily_limit,
            Organisation.quarter_limit,
            Organisation.reviews,
            Organisation.closed_reason,
        ).order_by(Organisation.region_code, Organisation.name)
        return [tuple(row) for row in db.session().execute(query)]


@pytest.fixture
def wang(client: Client, people: Cast) -> Client:
    return client.sign_in(WANG).language("en")


def test_new_changed_and_unchanged_rows(app: Flask, wang: Client) -> None:
    lines = [
        ("2026年单位名单",),
        HEADER,
        ("岫云县第一支部", int(COUNTY), 5, "是", ""),
        ("岫云县第二支部", COUNTY, None, "否", None),
        (None, None),
        ("听澜区第一支部", DISTRICT, "", "", "已撤销"),
    ]
    page = previewed(wang, workbook(lines))
    text = wang.get(page).text
    assert "2 new, 1 change, 0 unchanged." in text
    assert len(stored(app)) == 2  # Nothing is stored yet.

    done = wang.post(page)

    assert (done.status_code, done.location) == (303, "/organisations")
    assert stored(app) == [
        (DISTRICT, "听澜区第一支部", None, None, None, False, "已撤销"),
        (COUNTY, "岫云县第一支部", None, 5, None, True, ""),
        (COUNTY, "岫云县第二支部", None, None, None, False, ""),
        (OTHER_DISTRICT, "观屿区第一支部", None, None, None, False, ""),
    ]
    again = wang.get(previewed(wang, workbook(lines))).text
    assert "0 new, 0 change, 3 unchanged." in again
    with app.app_context():
        query = select(AuditEntry.detail).where(AuditEntry.action == Action.ORGANISATIONS_LOADED)
        assert db.session().scalars(query).all() == [
            {"file": "单位.xlsx", "added": 2, "changed": 1, "unchanged": 0}
        ]


def test_each_problem_is_told_by_row_and_column(app: Flask, wang: Client) -> None:
    before = stored(app)
    lines = [
        HEADER,
        ("", COUNTY, "", "", ""),
        ("甲支部", "990999", "", "", ""),
        ("乙支部", OTHER_DISTRICT, "", "", ""),
        ("丙支部", COUNTY, "很多", "", ""),
        ("丁支部", COUNTY, "", "也许", ""),
        ("戊支部", COUNTY, "", "", ""),
        ("戊支部", COUNTY, "", "", ""),
        ("己" * 121, COUNTY, "", "", ""),
    ]
    page = previewed(wang, workbook(lines))
    text = wang.get(page).text
    assert "7 problems: nothing can be imported until they are corrected." in text
    for sentence in (
        "it is empty.",
        "there is no region &#39;990999&#39;.",
        "This region is not one of yours.",
        "Use a number from 1 to 1000, or leave it empty.",
        "Write 是 or 否 (yes or no).",
        "戊支部 stands in row 7 already.",
        "it is longer than 120 characters.",
    ):
        assert text.count(sentence) == 1, sentence
    refused = wang.post(page)
    assert refused.status_code == 422
    assert stored(app) == before


def test_a_list_without_columns(wang: Client) -> None:
    text = wang.get(previewed(wang, workbook([("a", "b"), ("c", "d")]))).text
    assert "The first rows name no columns." in text


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_round_trip_is_equal(app: Flask, client: Client, people: Cast, kind: str) -> None:
    with app.app_context(), unit_of_work() as session:
        for number, name in enumerate(
            ("=1+1", "+86", "-支部", "@所", "＝1+1", "'=引号", '普通，支部"')
        ):
            unit = factories.make_branch(session, name)
            unit.open_limit, unit.reviews = number or None, bool(number % 2)
        session.get_one(Organisation, people.li.id).closed_reason = "=HYPERLINK()"
        session.get_one(Organisation, people.li.id).closed_at = factories.NOW
    before = stored(app)
    client.sign_in(ROOT)
    data = client.get(f"/organisations/export.{kind}").data
    with app.app_context(), unit_of_work() as session:
        session.execute(
            delete(Organisation).where(Organisation.id.not_in((people.li.id, people.zhao.id)))
        )
        for key in (people.li.id, people.zhao.id):
            unit = session.get_one(Organisation, key)
            unit.closed_at, unit.closed_reason = None, ""

    assert client.post(previewed(client, data, f"x.{kind}")).status_code == 303

    assert stored(app) == before
    again = client.get(f"/organisations/export.{kind}").data
    assert cells(again, kind) == cells(data, kind)


def cells(data: bytes, kind: str) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(data, filename=f"x.{kind}").rows]


def test_no_cell_of_an_export_is_a_formula(app: Flask, client: Client, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        for name in ("=1+1", "+86", "-支部", "@所", "＝1+1"):
            factories.make_branch(session, name)
    client.sign_in(WANG)
    sheet = load_workbook(io.BytesIO(client.get("/organisations/export.xlsx").data)).active
    assert sheet is not None
    texts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert [cell.value for cell in texts if cell.data_type == "f"] == []
    evil = [cell for cell in texts if str(cell.value).startswith(DANGEROUS)]
    assert len(evil) == 5
    assert {(cell.data_type, cell.quotePrefix) for cell in evil} == {("s", True)}
    lines = client.get("/organisations/export.csv").text.splitlines()
    assert [line for line in lines if line.startswith(DANGEROUS)] == []


@given(st.text())
def test_neutral_texts_come_back(text: str) -> None:
    assert restored(neutral(text)) == text
    assert not neutral(text).startswith(DANGEROUS)


def test_an_export_has_the_own_region_only_and_is_logged(app: Flask, wang: Client) -> None:
    answer = wang.get("/organisations/export.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.text
    assert "岫云县第一支部" in text
    assert "观屿区第一支部" not in text
    filtered = wang.get(f"/organisations/export.csv?region={OTHER_DISTRICT}").text
    assert len(filtered.splitlines()) == 1
    with app.app_context():
        query = select(AuditEntry.detail).where(AuditEntry.action == Action.EXPORTED)
        assert db.session().scalars(query.order_by(AuditEntry.id)).all() == [
            {"file": "Branches.csv", "rows": rows} for rows in (1, 0)
        ]
    assert wang.get("/organisations/export.pdf").status_code == 404


def test_a_merged_name_leads_to_the_one_that_stays(app: Flask, wang: Client, people: Cast) -> None:
    from tests.organisations.merging import merge

    with app.app_context(), unit_of_work() as session:
        double = factories.make_branch(session, "岫云县第一党支部").id
    merge(app, double, people.li.id)
    page = previewed(wang, workbook([HEADER, ("岫云县第一党支部", COUNTY, 7, "", "")]))
    assert wang.post(page).status_code == 303
    with app.app_context():
        limits = select(Organisation.daily_limit).where(Organisation.id == people.li.id)
        assert db.session().scalar(limits) == 7
        assert db.session().scalar(select(func.count(Organisation.id))) == 3


def test_a_preview_is_the_uploaders_alone(app: Flask, wang: Client) -> None:
    page = previewed(wang, workbook([HEADER, ("甲支部", COUNTY)]))
    other = Client(app).sign_in(ROOT)
    assert other.get(page).status_code == 404
    assert other.post(page).status_code == 404
    assert wang.post(page).status_code == 303
    assert wang.post(page).status_code == 404  # It was imported, and is gone.


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (120 * 1024 * 1024))
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "x.csv", Unreadable.NOTHING),
        (b"PK\x03\x04 broken", "x.xlsx", Unreadable.NOT_A_LIST),
        (bytes.fromhex("D0CF11E0A1B11AE1"), "x.xls", Unreadable.OLD_XLS),
        (b"a\0b", "x.csv", Unreadable.NOT_A_LIST),
        (b"\n\n", "x.csv", Unreadable.EMPTY),
        (b"a\n" * (MAX_ROWS + 2), "x.csv", Unreadable.TOO_LARGE),
        (b"\n" * 1_000_000 + b"a", "x.csv", Unreadable.TOO_LARGE),
        (b"a" * 600, "x.csv", Unreadable.TOO_LARGE),
    ],
)
def test_what_cannot_be_read(data: bytes, name: str, reason: Unreadable) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read_table(data, filename=name)
    assert refused.value.reason is reason


def test_a_bomb_is_refused_on_the_page(app: Flask, wang: Client) -> None:
    before = stored(app)
    answer = upload(wang, bomb())
    assert answer.status_code == 422
    assert "The file is too large" in answer.text
    assert stored(app) == before


def test_a_real_file_is_read_in_a_child() -> None:
    table = reader.read_upload(workbook([HEADER, ("甲", 990101.0)]), filename="x.xlsx")
    assert [(row.row, row.cells[:2]) for row in table.rows] == [
        (1, ("单位", "地区代码")),
        (2, ("甲", "990101")),
    ]


CELLS = st.one_of(
    st.none(), st.integers(-(10**6), 10**6), st.booleans(), st.floats(allow_nan=False),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=30),
    st.datetimes(),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=6))
def test_any_workbook_gives_a_table_or_a_reason(lines: list[list[object]]) -> None:
    try:
        data = workbook(lines)
    except Exception:  # openpyxl does not write every value.
        return
    try:
        table = read_table(data, filename="x.xlsx")
    except UnreadableTable:
        return
    assert all(any(row.cells) for row in table.rows)
