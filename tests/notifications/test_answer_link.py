"""Answering from the mail: the link opens a page, and only its buttons act."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.db import db
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import HistoryEntry, Lecture
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.databases import SECRET_KEY, running
from tests.factories import CHEN, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.notifications.test_mail import do

_LINK = re.compile(r"http://localhost(/answer/\S+)")


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


@pytest.fixture
def link(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> str:
    """The path in the mail that Chen gets about Li's request."""
    factories.requested(app, people)
    round_of_work(app, time)
    [mail] = [one for one in smtp.messages if CHEN in one["To"]]
    body = mail.get_body(("plain",))
    assert body is not None
    [path] = _LINK.findall(body.get_content())
    return str(path)


def state(app: Flask) -> tuple[State, int]:
    """The state of the one lecture, and how long its history is."""
    with app.app_context():
        session = db.session()
        found = session.scalars(select(Lecture)).one()
        return found.state, session.scalar(select(func.count(HistoryEntry.id))) or 0


def press(browser: Client, path: str, button: str, **more: str) -> int:
    """Open the page, press one of its buttons, and follow to the page after it."""
    answer = browser.post(path, {button: "1"} | more)
    if answer.status_code == 303:
        assert browser.get(answer.location).status_code == 200
    return answer.status_code


def test_opening_the_link_changes_nothing(app: Flask, link: str) -> None:
    for _scanner in range(3):
        assert Client(app).get(link).status_code == 200
        assert Client(app).flask.head(link).status_code == 200
    assert Client(app).post(link, {"confirm": "1"}, csrf=False).status_code == 400

    assert state(app) == (State.REQUESTED, 1)


def test_the_button_confirms_and_a_second_press_is_harmless(app: Flask, link: str) -> None:
    browser = Client(app)

    assert press(browser, link, "confirm") == 303
    assert state(app) == (State.CONFIRMED, 2)
    assert press(browser, link, "confirm") == 200
    assert press(browser, link, "decline", reason="改主意了") == 200
    assert state(app) == (State.CONFIRMED, 2)


def test_to_decline_needs_a_reason(app: Flask, link: str) -> None:
    browser = Client(app)

    assert press(browser, link, "decline") == 422
    assert state(app) == (State.REQUESTED, 1)
    assert press(browser, link, "decline", reason="那天另有任务。") == 303
    assert state(app) == (State.DECLINED, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("fallbacks", "status"), [(SECRET_KEY, 200), ("x", 404)])
def test_a_link_outlives_a_change_of_the_key(
    app: Flask, link: str, database_url: str, tmp_path: Path, fallbacks: str, status: int
) -> None:
    changed = {"SECRET_KEY": "another-key-which-is-long-enough-too"}
    with running(database_url, tmp_path, changed | {"SECRET_KEY_FALLBACKS": fallbacks}) as renewed:
        assert Client(renewed).get(link).status_code == status


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_withdrawn_request_can_no_longer_be_answered(app: Flask, link: str, time: Time) -> None:
    do(app, "YK-2026-000001", Command.WITHDRAW, Party.BRANCH, time)

    assert press(Client(app), link, "confirm") == 200
    assert state(app) == (State.WITHDRAWN, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("moves", "sentence"),
    [
        ([(Command.CONFIRM, Party.COORDINATOR)], "This request has been accepted."),
        ([(Command.DECLINE, Party.COORDINATOR)], "This request has been declined."),
        ([(Command.WITHDRAW, Party.BRANCH)], "The branch has withdrawn this request."),
        (
            [(Command.CONFIRM, Party.INSTRUCTOR), (Command.CANCEL, Party.BRANCH)],
            "This lecture was accepted and has been cancelled since.",
        ),
    ],
)
def test_a_link_with_nothing_left_to_answer_says_why(
    app: Flask, link: str, time: Time, moves: list[tuple[Command, Party]], sentence: str
) -> None:
    for command, party in moves:
        do(app, "YK-2026-000001", command, party, time)

    page = Client(app).language("en").get(link).text

    assert f"<p>{sentence} There is nothing more to do here.</p>" in page


@pytest.mark.parametrize("button", ["confirm", "decline"])
def test_a_used_link_tells_nothing_of_the_lecture(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, button: str
) -> None:
    number = factories.requested(app, people, note="请从后门进。")
    round_of_work(app, time)
    body = smtp.messages[0].get_body(("plain",))
    assert body is not None
    [path] = _LINK.findall(body.get_content())
    browser = Client(app)
    told = ("请从后门进。", "文化馆", "家庭急救", "岫云县第一支部", number, "11月26日")
    assert [one for one in told if one not in browser.get(path).text] == []

    assert press(browser, path, button, reason="那天另有任务。") == 303

    pages = [browser.get(path).text, browser.post(path, {"confirm": "1"}).text]
    pages += [Client(app).get(path).text, Client(app).language("en").get(path).text]
    for page in pages:
        assert [one for one in told if one in page] == []
        assert "/inbox" in page
    assert "Sign in to see the lecture." in pages[-1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_link_that_is_forged_or_late_opens_nothing(app: Flask, link: str, time: Time) -> None:
    other = link[:-1] + ("A" if link[-1] != "A" else "B")
    for forged in (other, link[:-3], link + "x", "/answer/abc", "/answer/a.b.c", "/answer/%00"):
        assert Client(app).get(forged).status_code == 404, forged
        assert press(Client(app), forged, "confirm") == 404
    time.now += timedelta(days=3)  # exactly when the answer was due

    assert Client(app).get(link).status_code == 404
    assert press(Client(app), link, "confirm") == 404
    assert state(app) == (State.REQUESTED, 1)


def test_a_wrong_answer_is_taken_back_on_the_same_page(app: Flask, link: str, time: Time) -> None:
    browser = Client(app)
    assert press(browser, link, "decline", reason="那天另有任务。") == 303
    assert 'name="undo"' in browser.get(link).text
    assert state(app) == (State.DECLINED, 2)

    answer = browser.post(link, {"undo": "1"})

    assert answer.status_code == 303
    assert state(app) == (State.REQUESTED, 3)
    assert answer.location != link
    assert press(browser, answer.location, "confirm") == 303  # the link of the present version
    assert state(app) == (State.CONFIRMED, 4)
    time.now += timedelta(minutes=1, seconds=1)
    assert 'name="undo"' not in browser.get(answer.location).text
    assert browser.post(answer.location, {"undo": "1"}).status_code == 409
    assert state(app) == (State.CONFIRMED, 4)
