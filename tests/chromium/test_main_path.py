"""The main path, walked as people walk it: from a spreadsheet to a cancelled lecture.

The server, the worker, the mail files and the browser are the real ones. Every step is
found by what it is on the page, not by its words, so that both languages walk it.
"""

from __future__ import annotations

import re
import urllib.request
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar, Event
from playwright.sync_api import Page

from tests import factories
from tests.chromium.conftest import Province
from tests.chromium.server import Site, wait_for
from tests.chromium.visitors import Scheme, Visitors, Watch, follow, sign_in
from tests.extent import WHOLE
from tests.markup.page import problems_of
from tests.register.rosters import IDENTITY, roster

HEADERS = ("序号", "讲师姓名（必填）", "工作单位", "研究领域", "授课专题\n题目", "可服务区域",
           "联系电话：", "身份证号")  # fmt: skip
PLACE = "岫云县文化馆二楼报告厅"
WEEK = "9：00～11：30、14:00-17:30"


@dataclass(frozen=True, slots=True)
class Walk:
    """Who walks, and how."""

    language: str
    width: int
    javascript: bool
    scheme: Scheme
    name: str
    pinyin: str

    def __str__(self) -> str:
        script = "script" if self.javascript else "plain"
        return f"{self.lang}-{self.width}-{script}-{self.scheme}"

    @property
    def email(self) -> str:
        """The address of the instructor."""
        return f"{self.pinyin}@example.org"

    @property
    def lang(self) -> str:
        """What pages say of their language."""
        return "en" if self.language == "en" else "zh-CN"

    def window(
        self, visitors: Visitors, email: str | None
    ) -> AbstractContextManager[tuple[Page, Watch]]:
        """A window of one of the people."""
        return visitors.window(
            email,
            language=self.language,
            width=self.width,
            javascript=self.javascript,
            scheme=self.scheme,
        )


NAMES = {
    "欧阳晓岚": "ouyangxiaolan", "司徒文渊": "stwy", "诸葛思齐": "zhugesiqi",
    "上官若水": "sgrs", "皇甫静之": "huangfujingzhi", "尉迟远山": "ycys",
    "令狐知秋": "linghuzhiqiu", "慕容清河": "mrqh", "夏侯明远": "xiahoumingyuan",
    "端木怀瑾": "dmhj", "东方既白": "dongfangjibai", "南宫望舒": "ngws",
    "轩辕守正": "xuanyuanshouzheng", "公孙立言": "gsly", "宇文博雅": "yuwenboya",
    "司马文和": "smwh",
}  # fmt: skip
"""Names and what finds each: the reading, or its initials."""

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WAYS = product(("zh_Hans_CN", "en"), (360, 1280), (True, False), SCHEMES)
WALKS = [Walk(*way, *one) for way, one in zip(WAYS, NAMES.items(), strict=True)]
"""Every language, width and theme, with and without JavaScript; `make test` walks two of them."""

CHOSEN = WALKS if WHOLE else [WALKS[0], WALKS[-1]]


@pytest.mark.parametrize("walk", CHOSEN, ids=str)
def test_from_the_spreadsheet_to_a_cancelled_lecture(
    walk: Walk, province: Province, visitors: Visitors, tmp_path: Path
) -> None:
    site = province.site
    instructor_id = _coordinator_imports(walk, visitors, tmp_path)
    arguments = ("--name", walk.name, "--password", factories.PASSWORD)
    site.flask("user", "create", walk.email, *arguments, "--instructor", str(instructor_id))
    first_free = _instructor_closes_a_day(walk, visitors, instructor_id)

    number, starts_at = _branch_books(walk, visitors)
    assert starts_at.date() > first_free.date()

    request = site.mail(walk.email, 1)
    _instructor_answers_from_the_mail(walk, visitors, request)

    theirs = _calendar_part(site.mail(walk.email, 2), "REQUEST")
    ours = _calendar_part(_mail_about(site, factories.LI, theirs, 1), "REQUEST")
    assert [theirs.start, ours.start] == [starts_at, starts_at]

    feed = _instructor_makes_a_feed_address(walk, visitors, site)
    published = _only_event(_fetch(feed))
    assert published["UID"] == theirs["UID"]
    assert (published.start, published["STATUS"]) == (starts_at, "CONFIRMED")

    _branch_cancels(walk, visitors, number)
    for person in (walk.email, factories.LI):
        event = _calendar_part(_mail_about(site, person, theirs, 2), "CANCEL")
        assert event["STATUS"] == "CANCELLED"
        assert event.sequence > theirs.sequence
    cancelled = _only_event(_fetch(feed))
    assert (cancelled["UID"], cancelled["STATUS"]) == (theirs["UID"], "CANCELLED")


def _open(page: Page, walk: Walk, path: str) -> None:
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == walk.lang


def _coordinator_imports(walk: Walk, visitors: Visitors, folder: Path) -> int:
    """Import the readable row of two, open the person's hours; returns the instructor's id."""
    rows = [
        (1, f"\u3000{walk.name[:1]} {walk.name[1:]}", "栖云市第三医院", "急救;科普",
         "1.心肺复苏入门\n2.夏季防溺水", "全省", 12000002001, IDENTITY),
        (2, None, "栖云市第三医院", "急救", "止血与包扎", "全省", None, None),
    ]  # fmt: skip
    file = folder / "师资库.xlsx"
    file.write_bytes(roster(HEADERS, rows, title="汀兰省师资名录表（虚构数据）"))
    with walk.window(visitors, factories.WANG) as (page, watch):
        _open(page, walk, "/register/import")
        page.set_input_files("#file", file)
        page.select_option("#region", factories.CITY)
        follow(page, "main form button")
        assert page.locator("tr.wrong").count() == 1
        assert IDENTITY not in page.content()
        follow(page, "button[name=skip_invalid]")
        assert page.locator("main tbody tr").count() == 1
        assert page.locator("main tbody tr td").nth(1).inner_text() == walk.name
        page.goto(f"/instructors?q={walk.pinyin}")
        follow(page, ".card-instructor h2 a")
        path = urlsplit(page.url).path
        _open(page, walk, f"{path}/availability")
        if not page.locator("#day0").is_visible():
            page.click(".typed-hours > summary")
        for weekday in range(7):
            page.fill(f"#day{weekday}", WEEK)
        follow(page, "form[action$='/week'] button.btn-primary")
        assert page.locator(".notice-good").count() == 1
        assert page.input_value("#day6") == "09:00-11:30, 14:00-17:30"
        assert watch.take() == []
    return int(path.rpartition("/")[2])


def _instructor_closes_a_day(walk: Walk, visitors: Visitors, instructor_id: int) -> datetime:
    """Sign in by the form, close the first day that could be booked; returns its first time."""
    with walk.window(visitors, None) as (page, watch):
        _open(page, walk, f"/instructors/{instructor_id}")
        first_free = _start_in(page.locator("a.slot").first.get_attribute("href") or "")
        _open(page, walk, "/login")
        sign_in(page, walk.email)
        # The first sign-in asks whether contacts may be shown.
        assert urlsplit(page.url).path == "/consents/first"
        follow(page, "button[name=skip]")
        assert urlsplit(page.url).path == "/inbox"
        page.goto("/availability")
        page.click("section[aria-labelledby=overrides] details > summary")
        page.fill("#first", first_free.date().isoformat())
        follow(page, "form[action$='/overrides'] button")
        assert page.locator(".notice-good").count() == 1
        assert page.locator("form[action$='/remove']").count() == 1
        assert watch.take() == []
    # Who cannot book, such as the instructor, reads the times without links.
    with walk.window(visitors, None) as (page, watch):
        page.goto(f"/instructors/{instructor_id}")
        starts = [link.get_attribute("href") or "" for link in page.locator("a.slot").all()]
        assert starts != []
        assert first_free.date() not in {_start_in(start).date() for start in starts}
        assert watch.take() == []
    return first_free


def _start_in(address: str) -> datetime:
    """The start that a slot's link names, as an aware instant."""
    start = parse_qs(urlsplit(address).query)["start"][0]
    return datetime.fromisoformat(start).replace(tzinfo=factories.ZONE)


def _branch_books(walk: Walk, visitors: Visitors) -> tuple[str, datetime]:
    """Find by pinyin, choose a time, sign in with the form; returns number and start."""
    with walk.window(visitors, None) as (page, watch):
        _open(page, walk, "/")
        page.fill("#q", walk.pinyin)
        follow(page, ".question-form button")
        assert page.locator(".card-instructor").count() == 1
        assert walk.name in page.inner_text(".card-instructor h2 a")
        follow(page, ".card-instructor a.slot >> nth=0")
        assert urlsplit(page.url).path.endswith("/book")
        starts_at = _start_in(page.url)
        _book(page)
        number = urlsplit(page.url).path.rpartition("/")[2]
        assert re.fullmatch(r"YK-\d{4}-\d{6}", number)
        assert page.locator(".state-requested").count() == 1
        assert PLACE in page.inner_text(".facts")
        assert watch.take() == []
    return number, starts_at


def _book(page: Page) -> None:
    """Send the form without a place, then as it should be; the first try signs in already."""
    page.fill("#note", "请讲得慢一些。")
    page.fill("#email", factories.LI)
    page.fill("#password", factories.PASSWORD)
    follow(page, "#booking .btn-primary")
    assert page.locator("#place-error").count() == 1
    assert page.locator("#password").count() == 0
    assert page.input_value("#note") == "请讲得慢一些。"
    page.select_option("#region", factories.COUNTY)
    page.fill("#place", PLACE)
    page.fill("#attendees", "60")
    follow(page, "#booking .btn-primary")


def _instructor_answers_from_the_mail(walk: Walk, visitors: Visitors, mail: EmailMessage) -> None:
    """Open the link of the mail without signing in; only the button accepts."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert problems_of(html.get_content()) == []
    link = re.search(rf"{visitors.base_url}/answer/\S+", plain.get_content())
    assert link is not None
    with walk.window(visitors, None) as (page, watch):
        _open(page, walk, link[0])
        assert page.locator(".state-requested").count() == 1
        follow(page, "button[name=confirm]")
        # A used link says how the request was answered, and tells nothing of the lecture.
        assert page.locator("main a[href='/inbox']").count() == 1
        assert page.locator(".summary, button[name=confirm]").count() == 0
        assert watch.take() == []


def _instructor_makes_a_feed_address(walk: Walk, visitors: Visitors, site: Site) -> str:
    with walk.window(visitors, walk.email) as (page, watch):
        _open(page, walk, "/feeds")
        follow(page, "form[action$='/feeds/new'] button")
        address = page.input_value("#address")
        assert address.startswith(f"{site.base_url}/feed/")
        assert page.locator("a[href^='webcal://']").count() == 1
        page.goto("/feeds")
        assert page.locator("#address").count() == 0
        assert watch.take() == []
    return address


def _branch_cancels(walk: Walk, visitors: Visitors, number: str) -> None:
    with walk.window(visitors, factories.LI) as (page, watch):
        _open(page, walk, "/lectures")
        follow(page, f"a[href='/lectures/{number}']")
        page.click("details:has(form[action$='/cancel']) > summary")
        page.fill("form[action$='/cancel'] input[name=reason]", "礼堂临时停电。")
        follow(page, "form[action$='/cancel'] button")
        assert page.locator(".state-cancelled").count() == 1
        assert page.locator(".history q").inner_text() == "礼堂临时停电。"
        assert watch.take() == []


def _mail_about(site: Site, person: str, event: Event, number: int) -> EmailMessage:
    """The mail of this number, from 1, that carries the event; others may come between."""

    def look() -> EmailMessage | None:
        mails = [mail for mail in site.mail_to(person) if str(event["UID"]) in _calendars_of(mail)]
        return mails[number - 1] if len(mails) >= number else None

    return wait_for(look, f"mail {number} to {person} about {event['UID']}")


def _calendars_of(mail: EmailMessage) -> str:
    """The text of a mail's calendar parts, with its lines unfolded."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return "".join(part.get_content() for part in parts).replace("\r\n ", "").replace("\n ", "")


def _calendar_part(mail: EmailMessage, method: str) -> Event:
    """The one event of a mail's calendar part, which says this method twice (RFC 6047)."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in parts] == [method]
    content = parts[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    calendar = Calendar.from_ical(content)
    assert calendar["METHOD"] == method
    return _only(calendar)


def _fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        content: bytes = answer.read()
        return content


def _only_event(content: bytes) -> Event:
    calendar = Calendar.from_ical(content)
    assert "METHOD" not in calendar
    return _only(calendar)


def _only(calendar: Calendar) -> Event:
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    assert event.end - event.start == timedelta(minutes=120)
    return event
