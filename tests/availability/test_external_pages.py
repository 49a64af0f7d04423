"""The page of other calendars: add, upload, see how old they are, choose, remove."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from booking.availability import tasks
from booking.availability.external import service as external
from booking.availability.external.engine.calendar import Trouble
from booking.availability.external.words import TROUBLES
from booking.db import db
from tests import factories
from tests.availability.external_files import calendar, event, timed
from tests.availability.network import PUBLIC, Internet, Reply, internet
from tests.browser import Client
from tests.conftest import Time
from tests.factories import NOW, Cast

HOST = "calendar.example.org"
SECRET = "private-0123456789abcdef"
ADDRESS = f"http://{HOST}/{SECRET}/basic.ics"
THURSDAY = timed(start="20261126T090000", end="20261126T110000")
_FACTS = re.compile(r'<div class="calendar-facts">(.*?)</div>', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
_OPEN = re.compile(r'<span class="facts-open">([^<]+)</span>')
_IDS = re.compile(r'\sid="([^"]+)"')
_ERROR = re.compile(r'<div class="field-error" id="([^"]+)-error">(.*?)</div>', re.DOTALL)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def chen(client: Client, people: Cast) -> Client:
    """Chen, in English."""
    return client.language("en").sign_in(factories.CHEN)


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch, chen: Client) -> Iterator[Internet]:
    """An internet with Chen's calendar, busy on Thursday from 9 to 11."""
    with internet(monkeypatch) as found:
        found.names[HOST] = [PUBLIC]
        found.answer = lambda _asked: Reply(calendar(THURSDAY).encode())
        yield found


def path(cast: Cast, part: str = "") -> str:
    return f"/instructors/{cast.chen.id}/availability/calendars{part}"


def facts(page: str) -> list[str]:
    """What the page says of each calendar, as plain text."""
    return [" ".join(unescape(_TAGS.sub(" ", one)).split()) for one in _FACTS.findall(page)]


def errors(page: str) -> list[tuple[str, str]]:
    return [(name, unescape(text).strip()) for name, text in _ERROR.findall(page)]


def work(app: Flask, time: Time) -> None:
    with app.app_context():
        tasks.read_calendars(time.now)


def upload(browser: Client, cast: Cast, data: bytes, **more: str) -> tuple[int, str]:
    values = {"upload-file": (io.BytesIO(data), "日程.ics", "text/calendar")}
    answer = browser.post(
        path(cast, "/upload"),
        values | {f"upload-{name}": value for name, value in more.items()},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.text


def test_an_address_is_added_read_and_never_shown_again(
    app: Flask, chen: Client, people: Cast, net: Internet, time: Time
) -> None:
    added = chen.post(
        path(people, "/address"), {"address": ADDRESS, "all_day": "busy", "label": "单位"}
    )
    assert (added.status_code, added.location) == (303, path(people))
    head = f"单位 {HOST} · whole days close the day"
    before = chen.get(path(people)).text
    assert facts(before) == [f"{head} Is being read. Reload this page in a moment."]

    work(app, time)
    time.now = NOW + timedelta(minutes=12)
    pages = [
        chen.get(path(people)).text,
        chen.get(f"/instructors/{people.chen.id}/availability").text,
    ]

    assert [facts(page) for page in pages] == [
        [f"{head} Read 12 minutes ago. Busy times ahead: 1."]
    ] * 2
    # The strip is what branches see: an hour before the appointment is too short for a lecture.
    assert _OPEN.findall(pages[1])[:2] == ["11:00–20:00", "08:00–20:00"]
    assert [page for page in [before, *pages] if SECRET in page] == []


def test_adding_wakes_the_worker(
    app: Flask, chen: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(app.extensions["jobs"], "wake", lambda: woken.append("now"))

    chen.post(path(people, "/address"), {"address": ADDRESS, "all_day": "busy"})

    assert woken == ["now"]


def test_trouble_says_since_when_why_and_what_still_counts(
    app: Flask, chen: Client, people: Cast, net: Internet, time: Time
) -> None:
    chen.post(path(people, "/address"), {"address": ADDRESS, "all_day": "free"})
    net.answer = lambda _asked: Reply(status=404)
    work(app, time)
    head = f"{HOST} whole days stay open"
    gone = f"Reason: {TROUBLES[Trouble.GONE]}"
    assert facts(chen.get(path(people)).text) == [
        f"{head} Could not be read so far, so it closes no time. {gone}"
    ]

    net.answer = lambda _asked: Reply(calendar(THURSDAY).encode())
    time.now += timedelta(hours=1)
    work(app, time)
    net.answer = lambda _asked: Reply(status=404)
    time.now += timedelta(hours=1)
    work(app, time)

    assert facts(chen.get(path(people)).text) == [
        f"{head} Has not been readable since Mon 23 Nov 2026, 12:00. The list of "
        f"Mon 23 Nov 2026, 11:00 still counts (busy times ahead: 1). {gone}"
    ]


@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        ("ftp://calendar.example.org/a", Trouble.ADDRESS),
        ("https://me:secret@calendar.example.org/", Trouble.ADDRESS),
        ("my calendar", Trouble.ADDRESS),
        ("https://calendar.example.org:8443/", Trouble.ADDRESS),
        ("http://127.0.0.1/a.ics", Trouble.NOT_PUBLIC),
        ("file:///home/chen/a.ics", Trouble.FILE),
        ("https://localhost/feed/abc.ics", Trouble.OWN),  # this application's own
    ],
)
def test_a_wrong_address_is_named_and_stays_as_typed(
    app: Flask, chen: Client, people: Cast, address: str, trouble: Trouble
) -> None:
    answer = chen.post(
        path(people, "/address"), {"address": address, "all_day": "free", "label": "家"}
    )

    assert answer.status_code == 422
    assert errors(answer.text) == [("address", str(TROUBLES[trouble]))]
    assert re.findall(r'name="(?:address|label)"[^>]*value="([^"]*)"', answer.text) == [
        address, "家",
    ]  # fmt: skip
    assert re.findall(r'<input checked[^>]*name="all_day"[^>]*value="(\w+)"', answer.text) == [
        "free"
    ]
    assert facts(answer.text) == []


def test_forms_without_what_they_need(chen: Client, people: Cast) -> None:
    for part, values, field in (
        ("/address", {"all_day": "busy"}, "address"),
        ("/address", {"address": ADDRESS, "all_day": "sometimes"}, "all_day"),
        ("/address", {"address": ADDRESS, "all_day": "busy", "label": "x" * 61}, "label"),
        ("/upload", {"upload-all_day": "busy"}, "upload-file"),
    ):
        answer = chen.post(path(people, part), values)
        assert (answer.status_code, [name for name, _text in errors(answer.text)]) == (422, [field])


def test_a_file_is_read_at_once_and_says_how_far_it_goes(
    app: Flask, chen: Client, people: Cast
) -> None:
    file = calendar(THURSDAY, event("DTSTART;VALUE=DATE:20261127", uid="2"))

    assert upload(chen, people, file.encode(), all_day="free")[0] == 303
    assert upload(chen, people, file.encode(), all_day="busy", label="家庭")[0] == 303

    until = "It counts until Tue 28 Dec 2027."
    assert facts(chen.get(path(people)).text) == [
        "日程.ics uploaded file · whole days stay open "
        f"Read just now. Busy times ahead: 1. {until}",
        "家庭 uploaded file · whole days close the day "
        f"Read just now. Busy times ahead: 2. {until}",
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<html>", Trouble.NOT_A_CALENDAR),
        (calendar(timed("RRULE:FREQ=SECONDLY")).encode(), Trouble.TOO_OFTEN),
        (calendar(timed()).encode()[:-9], Trouble.BROKEN),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_kept(
    chen: Client, people: Cast, data: bytes, why: Trouble
) -> None:
    status, page = upload(chen, people, data, all_day="busy", label="家庭")

    assert (status, errors(page)) == (422, [("upload-file", str(TROUBLES[why]))])
    assert 'value="家庭"' in page
    assert facts(page) == []


def test_what_whole_days_mean_can_be_changed(app: Flask, chen: Client, people: Cast) -> None:
    chen.post(path(people, "/address"), {"address": ADDRESS, "all_day": "busy"})
    said = []
    for value in ("free", "busy"):
        assert chen.post(path(people, "/1/all-day"), {"all_day": value}).status_code == 303
        said += facts(chen.get(path(people)).text)

    assert [("stay open" in one, "close the day" in one) for one in said] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_a_removed_calendar_closes_nothing(app: Flask, chen: Client, people: Cast) -> None:
    upload(chen, people, calendar(THURSDAY).encode(), all_day="busy")

    removed = chen.post(path(people, "/1/remove"))

    assert (removed.status_code, removed.location) == (303, path(people))
    page = chen.get(f"/instructors/{people.chen.id}/availability").text
    assert (facts(page), _OPEN.findall(page)[:2]) == ([], ["08:00–20:00", "08:00–20:00"])


def test_the_sixth_calendar_is_refused(chen: Client, people: Cast) -> None:
    answers = [
        chen.post(path(people, "/address"), {"address": ADDRESS, "all_day": "busy"})
        for _number in range(6)
    ]

    assert [answer.status_code for answer in answers] == [303] * 5 + [422]
    assert errors(answers[5].text) == [
        ("address", "At most 5 calendars. Remove one that you no longer need.")
    ]


def test_who_may_see_and_change_calendars(app: Flask, people: Cast, chen: Client) -> None:
    chen.post(path(people, "/address"), {"address": ADDRESS, "all_day": "busy"})
    posts = {
        "/address": {"address": ADDRESS, "all_day": "busy"},
        "/upload": {},
        "/1/all-day": {"all_day": "busy"},
        "/1/remove": {},
    }
    seen = {}
    for email in (factories.ZHOU, factories.LI, factories.WANG, factories.SUN):
        browser = Client(app).sign_in(email)
        answers = [browser.get(path(people))]
        answers += [browser.post(path(people, part), values) for part, values in posts.items()]
        seen[email] = [answer.status_code for answer in answers]

    assert seen == {
        factories.ZHOU: [404] * 5,
        factories.LI: [403] * 5,
        factories.WANG: [200, 303, 422, 303, 303],  # coordinates the city of Chen
        factories.SUN: [404] * 5,
    }
    assert Client(app).get(path(people)).status_code == 302


def test_nobody_touches_the_calendar_of_another(app: Flask, chen: Client, people: Cast) -> None:
    chen.post(path(people, "/address"), {"address": ADDRESS, "all_day": "busy"})
    zhou = Client(app).sign_in(factories.ZHOU)
    own = f"/instructors/{people.zhou.id}/availability/calendars/1"

    assert zhou.post(f"{own}/remove").status_code == 303
    assert zhou.post(f"{own}/all-day", {"all_day": "free"}).status_code == 303
    with app.app_context():
        [left] = external.overview(db.session(), people.chen.id, NOW)
        assert left.calendar.all_day_busy is True


def test_a_branch_reads_nothing_of_private_matters(app: Flask, chen: Client, people: Cast) -> None:
    upload(chen, people, calendar(THURSDAY).encode(), all_day="busy", label="体检中心")
    li = Client(app).language("en").sign_in(factories.LI)
    start = "2026-11-26T09:00:00+08:00".replace("+", "%2B")
    book = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start={start}"
    answer = li.post(
        book,
        {
            "organisation": str(people.li.id), "region": factories.COUNTY, "place": "文化馆",
            "format": "lecture", "audience": "", "attendees": "", "note": "",
        },
    )  # fmt: skip
    pages = [answer.text, li.get(f"/instructors/{people.chen.id}").text]

    assert answer.status_code == 422
    # The same as outside the hours: a sentence of its own would tell of the calendar.
    sentence = "The instructor does not teach at this time. Choose one of the free times."
    assert sentence in pages[0]
    before_work = li.post(
        book.replace("T09", "T06"), {"organisation": str(people.li.id), "region": factories.COUNTY,
        "place": "文化馆", "format": "lecture", "audience": "", "attendees": "", "note": ""},
    )  # fmt: skip
    assert sentence in before_work.text
    assert [page for page in pages if "体检" in page or "alendar of" in page] == []


def test_every_id_is_there_once(chen: Client, people: Cast) -> None:
    chen.post(path(people, "/address"), {"address": ADDRESS, "all_day": "busy"})
    for page in (path(people), f"/instructors/{people.chen.id}/availability"):
        ids = _IDS.findall(chen.get(page).text)
        assert len(ids) == len(set(ids))


def test_the_page_speaks_to_its_reader(app: Flask, people: Cast, chen: Client) -> None:
    wang = Client(app).language("en").sign_in(factories.WANG)

    pages = (browser.get(path(people)).text for browser in (chen, wang))
    own, others = (
        " ".join(_TAGS.sub(" ", page[page.index("<h1") : page.index("</main>")]).split())
        for page in pages
    )

    assert "Only when you are busy is read" in own
    assert "Only when 陈明 Chen Ming is busy is read" in others
    assert re.findall(r"\b(?:I|[Mm]y|[Yy]our?)\b", others) == []
