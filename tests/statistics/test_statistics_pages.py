"""The pages of statistics: who sees which numbers, lists behind them, spreadsheet, report."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from openpyxl import load_workbook

from booking.accounts.models import Organisation
from booking.db import db, unit_of_work
from booking.instructors.models import Field, Topic
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureOutcome, LectureRecord
from tests import factories
from tests.browser import Client
from tests.dossiers import filing
from tests.factories import (
    CHEN,
    CITY,
    COUNTY,
    DISTRICT,
    LI,
    NOW,
    OTHER_CITY,
    OTHER_DISTRICT,
    ROOT,
    SUN,
    WANG,
    Cast,
    at,
)
from tests.proposals import proposing
from tests.recruiting import needing

PAGES = ("totals", "coverage", "demand", "conduct", "effect", "report")
PERIOD = "from=2026-11-01&to=2026-12-31"
ROW = re.compile(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', re.S)
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.S)


@pytest.fixture
def lectures(app: Flask, people: Cast) -> list[str]:
    """A lecture held for Li's county, and one requested for Zhao's district by Zhou."""
    held = factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        lecture = session.query(Lecture).where(Lecture.number == held).one()
        lecture.state = State.DELIVERED
        session.add(
            LectureRecord(
                lecture_id=lecture.id,
                outcome=LectureOutcome.HELD,
                listeners=37,
                credit_hours=2,
                party=Party.BRANCH,
                filed_at=NOW,
            )
        )
    other = factories.requested(
        app,
        people,
        at(4, 9),
        instructor_id=people.zhou.id,
        topic_id=people.zhou.topic,
        organisation_id=people.zhao.id,
        region_code=OTHER_DISTRICT,
    )
    return [held, other]


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="figure-part" id="{name}">(.*?)</section>', page, re.S)
    assert found is not None
    return found[1]


def numbers(page: str, name: str) -> dict[str, list[str]]:
    """The cells of a table by the name of their row."""
    return {
        re.sub("<.*?>", "", words): [re.sub("<.*?>", "", one).strip() for one in CELL.findall(row)]
        for words, row in ROW.findall(section(page, name))
    }


def opened(app: Flask, who: str, address: str) -> str:
    answer = Client(app).sign_in(who).language("en").get(address)
    assert answer.status_code == 200
    return answer.text


def test_each_coordinator_sees_the_own_region(
    app: Flask, people: Cast, lectures: list[str]
) -> None:
    own = numbers(opened(app, WANG, f"/statistics?{PERIOD}"), "regions")
    assert own == {
        "Tinglan District": ["0", "0", "0", "0.0"],
        "Xiuyun County": ["1", "1", "37", "2.0"],
        "Total": ["1", "1", "37", "2.0"],
    }
    other = numbers(opened(app, SUN, f"/statistics?{PERIOD}"), "regions")
    assert other == {
        "Guanyu District": ["1", "0", "0", "0.0"],
        "Total": ["1", "0", "0", "0.0"],
    }
    everything = numbers(opened(app, ROOT, f"/statistics?{PERIOD}"), "regions")
    assert everything["Total"] == ["2", "1", "37", "2.0"]


@pytest.mark.parametrize("page", PAGES)
def test_no_filter_shows_another_region(
    app: Flask, people: Cast, lectures: list[str], page: str
) -> None:
    """What lies outside the scope changes no byte of any page, whatever the address asks for."""
    addresses = [
        f"/statistics/{page}?{PERIOD}{more}"
        for more in ("", f"&region={OTHER_CITY}", f"&region={OTHER_DISTRICT}", "&region=990000")
    ]
    before = [_body(opened(app, WANG, one)) for one in addresses]
    with app.app_context(), unit_of_work() as session:
        factories.make_branch(session, "观屿区第九支部", region=OTHER_DISTRICT)
        other = session.query(Lecture).where(Lecture.number == lectures[1]).one()
        other.state = State.DELIVERED
    factories.requested(
        app,
        people,
        at(7, 9),
        instructor_id=people.zhou.id,
        topic_id=people.zhou.topic,
        organisation_id=people.zhao.id,
        region_code=OTHER_DISTRICT,
    )
    assert [_body(opened(app, WANG, one)) for one in addresses] == before
    assert numbers(before[0], "regions" if page in ("totals", "report") else _first(page))


def _first(page: str) -> str:
    return {"coverage": "reach", "demand": "supply", "conduct": "lead", "effect": "later"}[page]


def _body(page: str) -> str:
    """The figures of a page, with the regions of its filters."""
    return page[page.index("<h1") : page.index("</main>")]


@pytest.mark.parametrize(
    "listed", ["lectures", "units?reached=no", "units", "needs", "instructors", "topics"]
)
def test_lists_have_the_own_region_only(
    app: Flask, people: Cast, lectures: list[str], listed: str
) -> None:
    joined = f"{listed}{'&' if '?' in listed else '?'}{PERIOD}"
    for region in ("", OTHER_CITY, OTHER_DISTRICT, "990000"):
        page = opened(app, WANG, f"/statistics/{joined}&region={region}")
        assert "观屿区" not in _body(page)
        assert lectures[1] not in page


def _lead_to_lists(client: Client, asked: str) -> int:
    """How many numbers have a list behind them, each with as many entries."""
    found = 0
    for page in PAGES[:-1]:
        text = client.get(f"/statistics/{page}?{asked}").text
        for name in re.findall(r'<section class="figure-part" id="(.*?)">', text):
            if name in ("months", "regions", "fields"):
                continue
            for url, number in re.findall(
                r'<td[^>]*><a href="(.*?)">(\d+)</a></td>', section(text, name)
            ):
                address = url.replace("&amp;", "&")
                behind = client.get(address).text
                counts = re.findall(
                    r'<p class="quiet">(\d+) (?:lecture|branch|need|instructor|topic)', behind
                )
                assert sum(map(int, counts)) == int(number), (name, address)
                found += 1
    return found


def test_each_number_leads_to_as_many_lectures(
    client: Client, people: Cast, lectures: list[str]
) -> None:
    client.sign_in(ROOT).language("en")
    assert _lead_to_lists(client, PERIOD) > 10


def test_numbers_of_changes_and_needs_lead_to_lists(
    app: Flask, client: Client, people: Cast
) -> None:
    filing.not_held(app, people)
    moved = factories.confirmed(app, people, at(10, 9))
    proposal = proposing.propose(app, moved, [at(10, 14)])
    proposing.agree(app, moved, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, choice=0)
    with app.app_context(), unit_of_work() as session:
        session.add(Field(id=1, code="aid", name="急救"))
        session.flush()
        session.get_one(Topic, people.chen.topic).field_id = 1
        session.add(needing.unmet_order(1, people.li.id, 1))
    client.sign_in(ROOT).language("en")
    assert _lead_to_lists(client, PERIOD) > 10
    assert _lead_to_lists(client, f"{PERIOD}&region={COUNTY}&field=aid") > 5
    for more in ("state=not_held&outcome=event", "proposed=branch", "change=move", "answered=1"):
        page = client.get(f"/statistics/lectures?{PERIOD}&{more}").text
        assert page.count("/lectures/YK-") >= 1, more


def test_the_list_of_a_month_has_its_lectures(
    app: Flask, people: Cast, lectures: list[str]
) -> None:
    page = opened(app, ROOT, f"/statistics?{PERIOD}")
    row = dict(ROW.findall(section(page, "months")))["November 2026"]
    address = re.findall(r'href="(.*?)"', row)[0].replace("&amp;", "&")
    query = parse_qs(urlsplit(address).query)
    assert (query["from"], query["to"]) == (["2026-11-01"], ["2026-11-30"])
    assert re.findall(r"/lectures/(YK-[0-9-]+)", opened(app, ROOT, address)) == lectures


def test_blank_spots_are_named(app: Flask, people: Cast, lectures: list[str]) -> None:
    reach = numbers(opened(app, WANG, f"/statistics/coverage?{PERIOD}"), "reach")
    assert reach["Xiuyun County"] == ["1", "1", "0", "100%"]
    blank = numbers(opened(app, ROOT, f"/statistics/coverage?{PERIOD}"), "blank")
    assert blank == {"Guanyu District": ["1"]}


def test_cancellations_by_side(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        later = NOW + timedelta(hours=1)
        factories.move(session, number, Command.CANCEL, Party.BRANCH, now=later)
    ends = numbers(opened(app, WANG, f"/statistics/conduct?{PERIOD}"), "ends")
    assert ends["Cancelled"] == ["1", "0", "0", "0", "0", "1"]


def test_a_load_of_few_people_is_hidden(app: Flask, people: Cast, lectures: list[str]) -> None:
    load = numbers(opened(app, WANG, f"/statistics/conduct?{PERIOD}"), "load")
    assert set(map(tuple, load.values())) == {("&lt;5",)}


def test_the_spreadsheet_has_the_tables_of_the_page(
    client: Client, people: Cast, lectures: list[str]
) -> None:
    client.sign_in(WANG).language("en")
    for page in PAGES[:-1]:
        shown = client.get(f"/statistics/{page}?{PERIOD}").text
        answer = client.get(f"/statistics/{page}.xlsx?{PERIOD}")
        assert answer.status_code == 200
        book = load_workbook(io.BytesIO(answer.data))
        names = re.findall(r'<section class="figure-part" id="(.*?)">', shown)
        assert len(book.worksheets) == len(names)
        for sheet, name in zip(book.worksheets, names, strict=True):
            rows = list(sheet.iter_rows(min_row=2, values_only=True))
            assert len(rows) == len(numbers(shown, name))


def test_a_wrong_period_is_told_and_shows_the_year(client: Client, people: Cast) -> None:
    client.sign_in(WANG).language("en")
    for page in (*PAGES, "totals.xlsx"):
        answer = client.get(f"/statistics/{page}?from=2026-12-31&to=2026-01-01")
        assert answer.status_code == 422
        assert "Choose a first and a last day in order, at most 731 days." in answer.text
        assert 'value="2026-12-31"' in answer.text


@pytest.mark.parametrize("who", [LI, CHEN])
def test_statistics_are_for_coordinators(client: Client, people: Cast, who: str) -> None:
    client.sign_in(who)
    for page in (*PAGES, "totals.xlsx", "lectures", "units", "needs", "instructors", "topics"):
        assert client.get(f"/statistics/{page}").status_code == 403


def test_charts_are_told_in_words_and_need_no_style_or_script(
    app: Flask, people: Cast, lectures: list[str]
) -> None:
    page = opened(app, ROOT, f"/statistics?{PERIOD}")
    charts = re.findall(r"<svg class=\"chart\".*?</svg>", page, re.S)
    assert len(charts) == 3
    for one in charts:
        assert re.search(r'role="img" aria-label=".+: .+"', one)
        assert "style" not in one
        assert "script" not in one


def test_closed_and_merged_units_are_no_blank_spots(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        closed = factories.make_branch(session, "已停用支部", region=DISTRICT)
        closed.closed_at = NOW
        merged = factories.make_branch(session, "已合并支部", region=DISTRICT)
        merged.merged_into_id = people.li.id
    reach = numbers(opened(app, WANG, f"/statistics/coverage?{PERIOD}&region={CITY}"), "reach")
    assert reach == {
        "Tinglan District": ["0", "0", "0", "–"],
        "Xiuyun County": ["1", "0", "1", "0%"],
        "Total": ["1", "0", "1", "0%"],
    }
    with app.app_context():
        assert db.session().get_one(Organisation, people.li.id).region_code == COUNTY
