"""Wrong input to a booking: a clear sentence, the typed text kept, and nothing written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests import factories
from tests.browser import Client
from tests.counting import row_counts
from tests.factories import COUNTY, Cast

PLACE = "县文化馆二楼会议室（请走北门）"
NOTE = "听众多为新任网格员，请多讲案例。"
SOON_GONE = "2026-11-26T09:00"
LISTENERS_ZH, LISTENERS = "听课人数须为1至100000。", "must lie between 1 and 100000."
BRANCH_ZH, BRANCH = "您不能为该单位预约，请选择您所在的单位。", "You do not book for this branch."


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong booking: what differs from a good one, and what the page answers."""

    name: str
    status: int
    zh: str
    en: str
    start: str = "2026-11-26T14:00"
    values: dict[str, str] = field(default_factory=dict)
    topic: str = ""
    keeps: bool = True
    """Whether the form comes back with what was typed (not where the address itself is wrong)."""
    offers: bool = False
    """Whether the nearest free times are offered."""


CASES = (
    Wrong("past", 422, "这个时间已过。", "This time has passed.", "2026-11-20T09:00", offers=True),
    Wrong("outside hours", 422, "讲师此时不授课。", "does not teach at this time.",
          "2026-11-26T21:00", offers=True),
    Wrong("weekend", 422, "讲师此时不授课。", "does not teach at this time.",
          "2026-11-28T09:00", offers=True),
    Wrong("off the grid", 422, "该讲师按固定时刻开始授课", "Lectures begin at fixed times here.",
          "2026-11-26T14:07", offers=True),
    Wrong("taken", 409, "这个时间刚被其他单位约走。", "has just booked this time.",
          SOON_GONE, offers=True),
    Wrong("overlaps a taken one", 409, "这个时间刚被其他单位约走。", "has just booked this time.",
          "2026-11-26T10:30", offers=True),
    Wrong("too soon", 422, "讲师需要更多准备时间。", "needs more time to prepare.",
          "2026-11-25T09:00", offers=True),
    Wrong("too far", 422, "该日期超出讲师开放预约的范围。", "This is further ahead than",
          "2027-02-22T09:00", offers=True),
    Wrong("far beyond", 422, "该日期超出讲师开放预约的范围。", "This is further ahead than",
          "2500-01-01T09:00", offers=True),
    Wrong("garbage start", 422, "时间有误。", "This is not a time.", "tomorrow", keeps=False),
    Wrong("no start", 422, "时间有误。", "This is not a time.", "", keeps=False),
    Wrong("impossible day", 422, "时间有误。", "This is not a time.", "2026-02-30T09:00",
          keeps=False),
    Wrong("long note", 422, "备注过长，最多1000字。", "The note is too long",
          values={"note": "字" * 10_000}),
    Wrong("long place", 422, "地点过长，最多200字。", "The place is too long",
          values={"place": "厅" * 10_000}),
    Wrong("no place", 422, "请填写授课地点。", "Say where the lecture takes place.",
          values={"place": ""}),
    Wrong("blank place", 422, "请填写授课地点。", "Say where the lecture takes place.",
          values={"place": " \u3000 "}),
    Wrong("unknown region", 422, "没有这个地区。", "There is no such district.",
          values={"region": "123456"}),
    Wrong("no region", 422, "请选择地区。", "Choose a district.", values={"region": ""}),
    Wrong("no listeners", 422, LISTENERS_ZH, LISTENERS, values={"attendees": "0"}),
    Wrong("letters for a number", 422, LISTENERS_ZH, LISTENERS, values={"attendees": "many"}),
    Wrong("a huge number", 422, LISTENERS_ZH, LISTENERS, values={"attendees": "9" * 5000}),
    Wrong("unknown format", 422, "该专题不提供此形式，请另选。", "not offered in this format.",
          values={"format": "dance"}),
    Wrong("unknown audience", 422, "该专题不面向此类听众，请另选。",
          "not meant for these listeners.", values={"audience": "cats"}),
    Wrong("another's branch", 422, BRANCH_ZH, BRANCH, values={"organisation": "2"}),
    Wrong("unknown branch", 422, BRANCH_ZH, BRANCH, values={"organisation": "999"}),
    Wrong("letters for a branch", 422, BRANCH_ZH, BRANCH, values={"organisation": "abc"}),
    Wrong("huge branch", 422, BRANCH_ZH, BRANCH, values={"organisation": "9" * 30}),
    Wrong("no branch", 422, BRANCH_ZH, BRANCH, values={"organisation": ""}),
    Wrong("unknown topic", 404, "该专题已停止预约。", "This topic is no longer offered.",
          topic="999999", keeps=False),
    Wrong("garbage topic", 404, "该专题已停止预约。", "This topic is no longer offered.",
          topic="1; DROP TABLE lecture", keeps=False),
    Wrong("another's topic", 404, "该专题已停止预约。", "This topic is no longer offered.",
          topic="zhou", keeps=False),
)  # fmt: skip


def send(browser: Client, cast: Cast, case: Wrong) -> tuple[int, str]:
    """Send the wrong booking; the status and the text of the answer."""
    topic = str(cast.zhou.topic) if case.topic == "zhou" else case.topic or str(cast.chen.topic)
    address = urlencode({"topic": topic, "start": case.start})
    good = {
        "organisation": str(cast.li.id),
        "region": COUNTY,
        "place": PLACE,
        "format": "lecture",
        "audience": "",
        "attendees": "60",
        "note": NOTE,
    }
    answer = browser.post(f"/instructors/{cast.chen.id}/book?{address}", good | case.values)
    return answer.status_code, unescape(answer.text)


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_wrong_bookings(app: Flask, people: Cast, language: str) -> None:
    factories.requested(app, people, factories.at(3, 9), organisation_id=people.zhao.id)
    browser = Client(app).language(language).sign_in(factories.LI)
    before = row_counts(app)

    answers = {case.name: send(browser, people, case) for case in CASES}

    assert {name: status for name, (status, _page) in answers.items()} == {
        case.name: case.status for case in CASES
    }
    pages = {name: page for name, (_status, page) in answers.items()}
    sentences = {case.name: case.zh if language == "zh_Hans_CN" else case.en for case in CASES}
    assert [name for name, said in sentences.items() if said not in pages[name]] == []
    kept = [(case.name, text) for case in CASES if case.keeps for text in _typed(case)]
    assert [(name, text) for name, text in kept if text not in pages[name]] == []
    assert [one.name for one in CASES if one.offers != ('class="nearest"' in pages[one.name])] == []
    assert row_counts(app) == before


def _typed(case: Wrong) -> list[str]:
    typed = {"place": PLACE, "note": NOTE} | case.values
    return [typed["place"].strip() and typed["place"], typed["note"]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("start", ["9999-12-31T09:00", "0001-01-02T09:00", "0001-01-01T00:00"])
def test_times_at_the_ends_of_the_calendar(app: Flask, people: Cast, start: str) -> None:
    browser = Client(app).sign_in(factories.LI)
    before = row_counts(app)

    status, page = send(browser, people, Wrong("end", 422, "", "", start))

    assert (status, row_counts(app)) == (422, before)
    assert "Traceback" not in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_booking_that_is_sent_twice_says_so(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(factories.LI)
    send(browser, people, Wrong("good", 303, "", ""))

    status, page = send(browser, people, Wrong("again", 409, "", ""))

    assert (status, row_counts(app)["lecture"]) == (409, 1)
    assert page.count("Your branch has already booked this instructor at this time") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_good_booking_beside_them_is_accepted(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(factories.LI)

    status, _page = send(browser, people, Wrong("good", 303, "", ""))

    assert (status, row_counts(app)["lecture"]) == (303, 1)


def test_another_unit_cannot_be_booked_for(app: Flask, people: Cast) -> None:
    """Zhao's form offers Zhao's unit only, whatever is sent."""
    browser = Client(app).sign_in(factories.ZHAO)
    before = row_counts(app)

    status, _page = send(browser, people, Wrong("another's", 422, "", ""))

    assert (status, row_counts(app)) == (422, before)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_body_that_is_too_large_is_refused(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(factories.LI)
    before = row_counts(app)
    huge = Wrong("huge", 413, "", "", values={"note": "字" * 3_000_000})

    assert send(browser, people, huge)[0] in {400, 413}
    assert row_counts(app) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("typed", ["abc", "0", "100001", "1.5", "9" * 5000])
def test_one_fault_is_one_sentence(app: Flask, people: Cast, typed: str) -> None:
    browser = Client(app).language("en").sign_in(factories.LI)

    status, page = send(browser, people, Wrong("number", 422, "", "", values={"attendees": typed}))

    told = re.findall(r'class="field-error"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert (status, [text.strip() for text in told]) == (
        422,
        ["The number of listeners must lie between 1 and 100000."],
    )
