"""Who answers sees the day around the request, and is led on to the next one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask, current_app
from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.travel import Place
from booking.db import db
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine import answer_links
from booking.lectures.engine.ways import Stop, Way, ways
from booking.lectures.queries import by_number
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import CHEN, CITY, COUNTY, DISTRICT, LI, WANG, Cast, at

_AROUND = re.compile(r'<div class="around".*?</div>', re.DOTALL)
_STOP = re.compile(r"<li( class=\"around-this\" aria-current=\"true\")?>(.*?)</li>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_NEXT = re.compile(r'id="next-request" href="([^"]+)"')
NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _text(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())


def around(page: str) -> list[tuple[bool, str]]:
    """The lectures of the day, each with the way to the next: whether it is the request; words."""
    return [
        (bool(this), _text(body))
        for section in _AROUND.findall(page)
        for this, body in _STOP.findall(section)
    ]


@pytest.fixture
def busy(app: Flask, people: Cast) -> tuple[str, Cast]:
    """A request of Li at noon, between a lecture in another district and one online."""
    zhao = {"organisation_id": people.zhao.id}
    factories.confirmed(app, people, at(3, 8), region_code=DISTRICT, place="大学", **zhao)
    number = factories.requested(app, people, at(3, 12))
    factories.requested(
        app, people, at(3, 15, 30), format=Format.ONLINE, region_code=DISTRICT, **zhao
    )
    factories.requested(app, people, at(4, 8), **zhao)
    return number, people


DAY = [
    (
        False,
        "08:00–10:00 观屿区第一支部 ✓ Confirmed ↓ travel takes about 1 hr, 2 hr in between",
    ),
    (True, "12:00–14:00 this request ↓ no travel, 1 hr 30 min in between"),
    (False, "15:30–17:30 观屿区第一支部 ◔ Waiting for an answer"),
]


def test_the_inbox_and_the_page_of_a_request_show_its_day(
    app: Flask, busy: tuple[str, Cast]
) -> None:
    number, _people = busy
    chen = Client(app).language("en").sign_in(CHEN)

    assert around(chen.get(f"/lectures/{number}").text) == DAY
    inbox = chen.get("/inbox").text
    assert around(_AROUND.findall(inbox)[0]) == DAY
    assert "Nothing else on this day." in inbox  # of the request of the day after
    assert around(Client(app).language("en").sign_in(WANG).get(f"/lectures/{number}").text) == DAY


def test_a_branch_sees_nothing_of_the_day(app: Flask, busy: tuple[str, Cast]) -> None:
    number, _people = busy
    page = Client(app).sign_in(LI).get(f"/lectures/{number}").text

    assert (_AROUND.findall(page), _NEXT.findall(page)) == ([], [])


@sqlite_only
def test_a_link_in_a_mail_tells_districts_only(app: Flask, busy: tuple[str, Cast]) -> None:
    number, people = busy
    path = _answer_link(app, number, people)
    visitor = Client(app).language("en")

    page = visitor.get(path).text
    assert [text.partition(" ↓")[0] for _this, text in around(page)] == [
        "08:00–10:00 Tinglan District ✓ Confirmed",
        "12:00–14:00 this request",
        "15:30–17:30 Online ◔ Waiting for an answer",
    ]
    assert "观屿区第一支部" not in page.partition("around")[2]
    visitor.post(path, {"confirm": "1"})
    after = visitor.get(path).text
    assert _AROUND.findall(after) == []
    assert "2 other requests wait for your answer." in after


def _answer_link(app: Flask, number: str, people: Cast) -> str:
    with app.app_context():
        lecture = by_number(db.session(), number)
        answer = answer_links.Answer(
            number=number,
            sequence=lecture.sequence,
            instructor_id=people.chen.id,
            user_id=people.chen.user,
            until=lecture.reply_due_at,
        )
        return "/answer/" + answer_links.sign(answer, current_app.config["SECRET_KEY"])


def test_an_answer_leads_on_to_the_next_request(app: Flask, busy: tuple[str, Cast]) -> None:
    number, _people = busy
    chen = Client(app).language("en").sign_in(CHEN)
    answered = [number]
    assert not _NEXT.findall(chen.get(f"/lectures/{number}").text)[0].endswith(number)
    page = chen.get(chen.post(f"/lectures/{number}/confirm").location).text
    for _request in range(2):
        [following] = [urlsplit(link).path for link in _NEXT.findall(page)]
        answered.append(following.rpartition("/")[2])
        page = chen.get(chen.post(f"{following}/confirm").location).text

    assert len(set(answered)) == 3
    assert _NEXT.findall(page) == []
    assert "No other request waits for your answer." in page


@sqlite_only
def test_days_cost_the_same_queries_however_many_requests_wait(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    chen = Client(app).sign_in(CHEN)
    counts = []
    for days in ((3,), (4, 7, 8, 9, 10)):
        numbers = [factories.requested(app, people, at(day, 9)) for day in days]
        for path in ("/inbox", f"/lectures/{numbers[0]}"):
            with queries() as seen:
                chen.get(path)
            counts.append(len(seen))
    assert counts[:2] == counts[2:]


places = st.one_of(
    st.none(),
    st.builds(
        Place, st.sampled_from([COUNTY, DISTRICT, CITY, "980000"]), st.sampled_from(["", "馆"])
    ),
)
stops = st.lists(
    st.builds(
        lambda start, length, place: Stop(
            NOON + timedelta(minutes=start), NOON + timedelta(minutes=start + length), place
        ),
        st.integers(0, 600),
        st.integers(1, 240),
        places,
    ),
    max_size=5,
).map(lambda found: sorted(found, key=lambda stop: stop.start))


@given(stops)
def test_a_way_lies_between_each_two_lectures(day: list[Stop]) -> None:
    found = ways(day)

    assert len(found) == max(len(day) - 1, 0)
    for one, other, way in zip(day, day[1:], found, strict=False):
        _is_way(way, one, other)


def _is_way(way: Way, one: Stop, other: Stop) -> None:
    minutes = (other.start - one.end).total_seconds() / 60
    assert way.gap_minutes == max(0, minutes)
    near: Iterable[Place | None] = (one.place, other.place)
    assert way.travel_minutes in (0, 30, 60, 180)
    assert (None not in near) or way.travel_minutes == 0
