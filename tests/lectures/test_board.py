"""The coordinator's board: what waits in the own region, oldest first, and this week."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.lectures import overview
from booking.lectures import service as lectures
from booking.lectures.engine.lifecycle import Command, Party
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import NOW, OTHER_DISTRICT, ROOT, SUN, WANG, Cast, at

_LINE = re.compile(r'(?s)<li><a class="lecture-link board-line" href="([^"]+)">(.*?)</a></li>')
_HEADING = re.compile(r"(?s)<h1>(.*?)</h1>")


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _lines(page: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Address and words of each line: what waits, and what is confirmed this week."""
    found = [
        [(address, _words(line)) for address, line in _LINE.findall(part)]
        for part in page.split('<ul class="board">')[1:]
    ]
    return found[0], found[1]


def _board(app: Flask, email: str) -> str:
    answer = Client(app).language("en").sign_in(email).get("/board")
    assert answer.status_code == 200
    return answer.text


def _far(app: Flask, people: Cast, hour: int = 9) -> str:
    """The number of what Zhao asks of Zhou: both belong to 澄湖市."""
    with app.app_context(), unit_of_work() as session:
        booking_request = factories.booking_request(
            people,
            at(3, hour),
            instructor_id=people.zhou.id,
            topic_id=people.zhou.topic,
            organisation_id=people.zhao.id,
            region_code=OTHER_DISTRICT,
        )
        return lectures.request_lecture(
            session,
            booking_request=booking_request,
            user_id=people.zhao.user,
            now=NOW,
            zone=factories.ZONE,
        ).number


def test_who_has_waited_longest_comes_first_and_each_line_says_what_it_is(
    app: Flask, people: Cast
) -> None:
    later = factories.requested(app, people, at(3, 9), now=NOW + timedelta(hours=1))
    first = factories.requested(app, people, at(4, 14))

    waiting, week = _lines(_board(app, WANG))

    assert waiting == [
        (
            f"/lectures/{first}",
            "Fri 27 Nov 14:00–16:00 家庭急救常识（120分钟） · 陈明 · 岫云县第一支部 "
            f"{first} waiting since Mon 23 Nov 10:00",
        ),
        (
            f"/lectures/{later}",
            "Thu 26 Nov 09:00–11:00 家庭急救常识（120分钟） · 陈明 · 岫云县第一支部 "
            f"{later} waiting since Mon 23 Nov 11:00",
        ),
    ]
    assert week == []


def test_what_is_answered_no_longer_waits_and_stands_in_its_week(app: Flask, people: Cast) -> None:
    sunday_excluded = factories.confirmed(app, people, at(7, 9))  # the Monday after
    friday = factories.confirmed(app, people, at(4, 9))
    thursday = factories.confirmed(app, people, at(3, 9))
    declined = factories.requested(app, people, at(4, 14))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, declined, Command.DECLINE, Party.INSTRUCTOR)

    page = _board(app, WANG)
    waiting, week = _lines(page)

    assert (waiting, _words(_HEADING.findall(page)[0])) == ([], "No request waits for an answer")
    assert [address for address, _line in week] == [f"/lectures/{thursday}", f"/lectures/{friday}"]
    assert sunday_excluded not in page


def test_a_coordinator_sees_what_touches_the_own_region_only(app: Flask, people: Cast) -> None:
    near = factories.requested(app, people)
    far = _far(app, people)
    with app.app_context(), unit_of_work() as session:
        # A branch of 澄湖市 asks an instructor of 栖云市: it concerns both coordinators.
        booking_request = factories.booking_request(
            people, at(4, 9), organisation_id=people.zhao.id
        )
        both = lectures.request_lecture(
            session,
            booking_request=booking_request,
            user_id=people.zhao.user,
            now=NOW,
            zone=factories.ZONE,
        ).number

    seen = {
        email: {address for address, _line in _lines(_board(app, email))[0]}
        for email in (WANG, SUN, ROOT)
    }

    assert seen == {
        WANG: {f"/lectures/{near}", f"/lectures/{both}"},
        SUN: {f"/lectures/{far}", f"/lectures/{both}"},
        ROOT: {f"/lectures/{near}", f"/lectures/{far}", f"/lectures/{both}"},
    }
    for email, addresses in seen.items():
        browser = Client(app).sign_in(email)
        assert {browser.get(address).status_code for address in addresses} == {200}
    assert Client(app).sign_in(SUN).get(f"/lectures/{near}").status_code == 404


def test_a_coordinator_answers_from_the_board_and_finds_back(app: Flask, people: Cast) -> None:
    factories.requested(app, people)
    browser = Client(app).language("en").sign_in(WANG)

    [(address, _line)] = _lines(browser.get("/board").text)[0]
    page = browser.get(address).text
    answered = browser.post(f"{address}/confirm")

    assert "Accept for the instructor" in page
    assert '<a href="/board">To do</a>' in page
    assert answered.status_code == 303
    waiting, week = _lines(browser.get("/board").text)
    assert (waiting, [found for found, _words in week]) == ([], [address])


@pytest.mark.parametrize("email", [factories.LI, factories.CHEN])
def test_nobody_else_has_a_board(app: Flask, people: Cast, email: str) -> None:
    browser = Client(app).sign_in(email)

    assert browser.get("/board").status_code == 403
    assert 'href="/board"' not in browser.get("/").text


def test_the_board_leads_to_everything_that_a_coordinator_keeps(app: Flask, people: Cast) -> None:
    page = _board(app, WANG)

    for address in ("/register/import", "/half-days", "/request-limits"):
        assert f'class="btn btn-outline-secondary" href="{address}"' in page


def test_the_number_of_statements_does_not_grow(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    browser = Client(app).sign_in(WANG)
    factories.requested(app, people, at(3, 9))
    with queries() as few:
        browser.get("/board")
    for day in (4, 7, 8):
        factories.requested(app, people, at(day, 9))
        factories.confirmed(app, people, at(day, 14))
    _far(app, people)
    with queries() as many:
        browser.get("/board")

    assert len(many) == len(few) == 3  # who asks, what waits, this week


def test_a_long_list_says_that_it_is_cut(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "SHOWN", 2)
    first, second, _third = (factories.requested(app, people, at(day, 9)) for day in (3, 4, 7))

    page = _board(app, WANG)

    assert [address for address, _line in _lines(page)[0]] == [
        f"/lectures/{first}",
        f"/lectures/{second}",
    ]
    assert "The first 2 of 3 are shown." in page
    assert _words(_HEADING.findall(page)[0]) == "3 requests wait for an answer"
