"""Lists to file: which lectures they have, their sums, their files, and who gets them."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from flask import Flask
from openpyxl import load_workbook

from booking.audit import Action
from booking.db import db, unit_of_work
from booking.dossiers.lists import queries as lists
from booking.dossiers.lists import service, views
from booking.dossiers.lists.engine.columns import OwnerKind
from booking.dossiers.lists.engine.periods import chosen
from booking.dossiers.lists.owners import owner_of
from booking.exports.tasks import make_waiting
from booking.lectures.engine.states import Command, Party
from booking.orders import guests
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.dossiers.filing import HOSTILE, held, not_held
from tests.evaluations import evaluating
from tests.factories import (
    CHEN,
    CITY,
    COUNTY,
    LI,
    NOW,
    OTHER_CITY,
    ROOT,
    SUN,
    WANG,
    ZHAO,
    ZHOU,
    ZONE,
    Cast,
    at,
)
from tests.orders import ordering
from tests.papers import squeezed, text_of

YEAR = chosen("2026")


@pytest.fixture
def year(app: Flask, people: Cast, time: Time) -> list[str]:
    """Two that took place, one that did not, one to come; one cancelled, one asked for."""
    numbers = [
        held(app, people, 3, 9, listeners=42, note=HOSTILE),
        held(app, people, 3, 14, listeners=8),
        not_held(app, people, 4),
        factories.confirmed(app, people, at(9, 9)),
    ]
    cancelled = factories.confirmed(app, people, at(10, 9))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, cancelled, Command.CANCEL, Party.BRANCH)
    factories.requested(app, people, at(10, 14))
    time.now = at(5, 9)
    return numbers


def listed(app: Flask, side: OwnerKind, key: object, choice: str = "2026") -> list[str]:
    period = chosen(choice)
    assert period is not None
    with app.app_context():
        owner = owner_of(db.session(), side, str(key))
        return [one.lecture.number for one in lists.rows(db.session(), owner, period, ZONE)]


def test_what_was_agreed_is_listed_by_day(app: Flask, people: Cast, year: list[str]) -> None:
    for side, key in (
        (OwnerKind.BRANCH, people.li.id),
        (OwnerKind.INSTRUCTOR, people.chen.id),
        (OwnerKind.REGION, CITY),
        (OwnerKind.REGION, COUNTY),
    ):
        assert listed(app, side, key) == year
    for side, key in (
        (OwnerKind.BRANCH, people.zhao.id),
        (OwnerKind.INSTRUCTOR, people.zhou.id),
        (OwnerKind.REGION, OTHER_CITY),
    ):
        assert listed(app, side, key) == []


def test_periods_are_days_of_the_local_clock(app: Flask, people: Cast, year: list[str]) -> None:
    assert listed(app, OwnerKind.BRANCH, people.li.id, "2026-11") == year[:3]
    assert listed(app, OwnerKind.BRANCH, people.li.id, "2026-12") == year[3:]
    assert listed(app, OwnerKind.BRANCH, people.li.id, "2026-Q3") == []
    assert listed(app, OwnerKind.BRANCH, people.li.id, "2026-H2") == year


def test_sums_are_a_recount(app: Flask, people: Cast, year: list[str]) -> None:
    assert YEAR is not None
    with app.app_context():
        owner = owner_of(db.session(), OwnerKind.BRANCH, str(people.li.id))
        sums = lists.sums(db.session(), owner, YEAR, ZONE)
        rows = lists.rows(db.session(), owner, YEAR, ZONE)
        filed = [one.record for one in rows if one.record is not None]
        hours = sum((one.credit_hours or Decimal(0) for one in filed), Decimal(0))
        listeners = sum(one.listeners or 0 for one in filed)
    assert (sums.lectures, sums.held, sums.listeners, sums.hours) == (4, 2, 50, Decimal(5))
    assert (len(rows), listeners, hours) == (4, 50, Decimal(5))


def test_a_shared_lecture_counts_once_for_each_branch(app: Flask, people: Cast, time: Time) -> None:
    with app.app_context(), unit_of_work() as session:
        other = factories.make_branch(session, "岫云县第二支部").id
    host = ordering.placed(app, people)
    guest = ordering.placed(app, people, organisation_id=other, attendees=25)
    with app.app_context(), unit_of_work() as session:
        guests.join(session, host=host, numbers=[guest], user_id=None, now=NOW)
        ordering.dispatch(session, host, ordering.ask(people.chen))
    ordering.answer(app, host, Command.CONFIRM)
    both = [listed(app, OwnerKind.BRANCH, key) for key in (people.li.id, other)]
    assert [len(one) for one in both] == [1, 1]
    assert both[0] == both[1] == listed(app, OwnerKind.REGION, CITY)
    page = Client(app).sign_in(WANG).get(f"/dossiers/branches/{other}").text
    assert "多单位共同听课" in page


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (LI, "branches/{li}", 200),
        (LI, "branches/{zhao}", 404),
        (LI, "instructors/{chen}", 404),
        (LI, "regions/990100", 404),
        (ZHAO, "branches/{li}", 404),
        (CHEN, "instructors/{chen}", 200),
        (CHEN, "instructors/{zhou}", 404),
        (CHEN, "branches/{li}", 404),
        (ZHOU, "instructors/{chen}", 404),
        (WANG, "branches/{li}", 200),
        (WANG, "instructors/{chen}", 200),
        (WANG, "regions/990100", 200),
        (WANG, "regions/990121", 200),
        (WANG, "regions/990200", 404),
        (WANG, "branches/{zhao}", 404),
        (SUN, "branches/{li}", 404),
        (SUN, "instructors/{chen}", 404),
        (ROOT, "regions/990200", 200),
        (ROOT, "branches/99999", 404),
        (ROOT, "branches/x", 404),
        (ROOT, "regions/1", 404),
        (ROOT, "instructors/99999999999999999999", 404),
    ],
)
def test_who_gets_a_list(
    app: Flask, people: Cast, who: str, path: str, status: int, kind: str
) -> None:
    ids = {"li": people.li.id, "zhao": people.zhao.id, "chen": people.chen.id}
    path = path.format(**ids, zhou=people.zhou.id)
    browser = Client(app).sign_in(who)
    assert browser.get(f"/dossiers/{path}").status_code == status
    assert browser.get(f"/dossiers/{path}/file.{kind}").status_code == status


def test_the_spreadsheet(app: Flask, people: Cast, year: list[str]) -> None:
    evaluating.evaluate(app, year[1])
    answer = Client(app).sign_in(LI).get(f"/dossiers/branches/{people.li.id}/file.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == [
        *("序号", "日期", "时间", "专题", "领域", "讲师", "单位及职务", "地点"),
        *("适用对象", "实到人数", "学时", "授课形式", "结果", "授课评价", "备注"),
    ]
    assert rows[1] == [
        *(1, "2026-11-26", "09:00—11:00", "家庭急救常识（120分钟）", None, "陈明"),
        *("汀兰大学（虚构）", "岫云县岫云县文化馆二楼", None, 42, 2.5, "讲授式"),
        *("已举行", "未评价", HOSTILE),
    ]
    assert [row[12] for row in rows[1:5]] == [
        *("已举行", "已举行", "因天气、交通或其他活动未能举行", "已确认"),
    ]
    # What did not take place, or is to come, is not evaluated.
    assert [row[13] for row in rows[1:5]] == ["未评价", "已评价", None, None]
    assert rows[5][1] == "共4场，其中已授课2场，听课50人次，计5学时。"
    (entry,) = entries(app, Action.EXPORTED)
    assert entry.detail["rows"] == 4


def test_only_the_list_of_the_branch_tells_what_was_evaluated(
    app: Flask, people: Cast, year: list[str]
) -> None:
    evaluating.evaluate(app, year[0])
    for who, path, is_told in (
        (LI, f"branches/{people.li.id}", True),
        (CHEN, f"instructors/{people.chen.id}", False),
        (WANG, f"regions/{CITY}", False),
    ):
        answer = Client(app).sign_in(who).get(f"/dossiers/{path}/file.pdf?period=2026-11")
        assert ("评价" in text_of(answer.data)) is is_told


def test_the_paper(app: Flask, people: Cast, year: list[str]) -> None:
    answer = (
        Client(app)
        .sign_in(CHEN)
        .get(f"/dossiers/instructors/{people.chen.id}/file.pdf?period=2026-11")
    )
    said = text_of(answer.data)
    assert said.startswith("陈明授课台账2026年11月序号日期时间专题领域单位地点")
    assert squeezed(HOSTILE) in said
    assert "共3场，其中已授课2场，听课50人次，计5学时。" in said
    assert "岫云县第一支部" in said


@pytest.mark.parametrize(
    ("query", "status", "wanted"),
    [
        ("", 200, "共4场"),
        ("?period=2026-12", 200, "共1场"),
        ("?period=own&from=2026-11-26&to=2026-11-26", 200, "共2场"),
        ("?period=own&from=2026-12-01&to=2026-11-26", 422, "不早于起始日期"),
        ("?period=own&from=x", 422, "请填写起始日期"),
        ("?period=2026-13", 422, "请从所列时段中选择"),
        ("?period=1999", 422, "请从所列时段中选择"),
        ("?period=2025", 200, "该时段没有已约定的授课"),
        ("?page=9999999&by=nonsense", 200, "共4场"),
    ],
)
def test_periods_in_the_address(
    app: Flask, people: Cast, year: list[str], query: str, status: int, wanted: str
) -> None:
    answer = Client(app).sign_in(LI).get(f"/dossiers/branches/{people.li.id}{query}")
    assert answer.status_code == status
    assert wanted in answer.text


def test_pages_and_a_constant_number_of_queries(
    app: Flask, people: Cast, queries: QueryCount, monkeypatch: pytest.MonkeyPatch, time: Time
) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    wang = Client(app).sign_in(WANG)
    held(app, people, 3, 9)
    time.now = at(12, 9)
    path = f"/dossiers/regions/{CITY}?by=instructor"
    wang.get(path)
    with queries() as one:
        wang.get(path)
    for days in (4, 7, 8):
        held(app, people, days, 9)
    with queries() as four:
        page = wang.get(path).text
    assert len(four) == len(one)
    assert "第1页，共2页" in page
    assert "第2页，共2页" in wang.get(f"{path}&page=2").text


def test_a_large_list_is_made_by_the_worker(
    app: Flask, people: Cast, year: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LARGE", 2)
    wang = Client(app).sign_in(WANG)
    answer = wang.get(f"/dossiers/regions/{CITY}/file.xlsx?period=2026&by=branch")
    assert answer.status_code == 303
    with app.app_context():
        assert make_waiting(at(5, 9)) == 1
    file = wang.get(f"{answer.location}/file")
    sheet = load_workbook(io.BytesIO(file.data)).worksheets[0]
    assert sheet.max_row == 6
    assert Client(app).sign_in(SUN).get(f"{answer.location}/file").status_code == 404
    # A branch has no page of such files: it gets its list at once.
    own = Client(app).sign_in(LI).get(f"/dossiers/branches/{people.li.id}/file.xlsx")
    assert own.status_code == 200


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
@pytest.mark.parametrize(
    ("who", "path"), [(LI, "branches/{li}"), (CHEN, "instructors/{chen}"), (WANG, "branches/{li}")]
)
def test_beyond_the_bound_shorter_periods_are_offered(
    app: Flask,
    people: Cast,
    year: list[str],
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    path: str,
    kind: str,
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 3)
    path = f"/dossiers/{path.format(li=people.li.id, chen=people.chen.id)}"
    browser = Client(app).sign_in(who)
    answer = browser.get(f"{path}/file.{kind}?period=2026")
    assert answer.status_code == 422
    assert "共有4场授课，一个此类文件最多3场。请改选较短的时段" in answer.text
    offered = [f"{path}?period=2026-Q{number}" for number in range(1, 5)]
    assert [f'href="{one}"' in answer.text for one in offered] == [True] * 4
    assert '<option value="2026" selected>' in answer.text
    assert browser.get(f"{path}/file.{kind}?period=2026-11").status_code == 200
    refused = browser.get(f"{path}/file.{kind}?period=2026", headers={"Accept": "application/json"})
    assert refused.get_json()["code"] == "too_many_rows"
    assert [one.detail["rows"] for one in entries(app, Action.EXPORTED)] == [3]


def test_the_worker_is_not_asked_for_what_it_cannot_make(
    app: Flask, people: Cast, year: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LARGE", 2)
    monkeypatch.setitem(service.MOST, service.ListFormat.PDF, 3)
    wang, path = Client(app).sign_in(WANG), f"/dossiers/regions/{CITY}"
    answers = [wang.get(f"{path}/file.{kind}?period=2026") for kind in ("pdf", "xlsx")]
    assert [one.status_code for one in answers] == [422, 303]


@pytest.mark.parametrize(("who", "links"), [(LI, 1), (CHEN, 1), (WANG, 1)])
def test_the_overview_has_the_own_lists(app: Flask, people: Cast, who: str, links: int) -> None:
    page = Client(app).sign_in(who).get("/dossiers").text
    assert page.count('href="/dossiers/') == links
