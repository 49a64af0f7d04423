"""A clock that is set wrong expires nothing by itself."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from booking.db import db, unit_of_work
from booking.lectures.engine import policy
from booking.lectures.engine.states import State
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import Lecture
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import NOW, ROOT, WANG, Cast, at

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def environment() -> dict[str, str]:
    """A small installation."""
    return {"EXPIRY_LIMIT": "2"}


def a_round(app: Flask, now: datetime) -> int:
    with app.app_context():
        return pass_time(now)


def states(app: Flask) -> Collection[State]:
    with app.app_context():
        return [*db.session().scalars(select(Lecture.state).order_by(Lecture.id))]


@pytest.fixture
def waiting(app: Flask, people: Cast) -> None:
    """Two requests and a confirmed lecture, and a round of now."""
    factories.requested(app, people, at(10, 9))
    factories.requested(app, people, at(11, 9))
    factories.confirmed(app, people, at(8, 9))
    assert a_round(app, NOW) == 0


OPEN = [State.REQUESTED, State.REQUESTED, State.CONFIRMED]
DONE = [State.EXPIRED, State.EXPIRED, State.DELIVERED]


def test_a_clock_that_jumps_400_days_does_nothing_until_it_is_right_again(
    app: Flask, waiting: None, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = NOW + 400 * DAY
    with caplog.at_level(logging.WARNING):
        assert [a_round(app, wrong + minute * MINUTE) for minute in range(5)] == [0] * 5
    assert states(app) == OPEN
    [line] = caplog.records  # said once
    assert "2 requests would expire and 1 lectures be closed" in line.getMessage()

    assert a_round(app, NOW + MINUTE) == 0
    assert a_round(app, at(2, 18)) == 0
    assert a_round(app, at(3, 18)) == 2  # when the answers were due
    assert states(app) == [State.EXPIRED, State.EXPIRED, State.CONFIRMED]


def test_an_administrator_sees_it_and_confirms(app: Flask, waiting: None, time: Time) -> None:
    browser, coordinator = Client(app).sign_in(ROOT).language("en"), Client(app).sign_in(WANG)
    assert 'id="held"' not in browser.get("/board").text
    time.now = NOW + 20 * DAY
    browser, coordinator = Client(app).sign_in(ROOT).language("en"), Client(app).sign_in(WANG)
    a_round(app, time.now)

    page = browser.get("/board").text
    assert "The clock of this machine may be wrong." in page
    assert "2 requests would expire now. 1 lecture would be closed." in page
    assert 'id="held"' not in coordinator.get("/board").text
    assert coordinator.post("/board/expire").status_code == 403
    assert Client(app).post("/board/expire").status_code in (302, 303)
    assert browser.post("/board/expire", csrf=False).status_code == 400
    assert a_round(app, time.now + MINUTE) == 0

    assert browser.post("/board/expire").status_code == 303
    page = browser.get("/board").text
    assert ("Confirmed." in page, 'id="held"' in page) == (True, False)
    assert a_round(app, time.now + 2 * MINUTE) == 3
    assert states(app) == DONE
    assert browser.post("/board/expire").status_code == 303  # nothing waits: nothing happens


@sqlite_only
def test_the_command(app: Flask, waiting: None) -> None:
    runner = app.test_cli_runner()

    def said(*more: str) -> str:
        return str(runner.invoke(args=["lectures", "expire", *more]).output)

    assert "Nothing waits" in said("--confirm")
    a_round(app, NOW + 20 * DAY)
    assert "2 requests would expire and 1 lectures be closed" in said()
    assert a_round(app, NOW + 20 * DAY + MINUTE) == 0
    assert "Confirmed." in said("--confirm")
    assert a_round(app, NOW + 20 * DAY + 2 * MINUTE) == 3


def test_a_worker_that_was_off_for_a_weekend_catches_up(app: Flask, waiting: None) -> None:
    assert a_round(app, NOW + 2 * DAY + 23 * 60 * MINUTE) == 0
    assert a_round(app, NOW + 5 * DAY) == 2


def test_most_requests_at_once_wait_though_the_clock_hardly_moved(app: Flask, people: Cast) -> None:
    for day in (10, 11, 14):
        factories.requested(app, people, at(day, 9))
    assert a_round(app, NOW) == 0
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Lecture).values(reply_due_at=NOW + MINUTE))

    assert a_round(app, NOW + MINUTE) == 0
    assert set(states(app)) == {State.REQUESTED}


def test_what_was_let_through_is_not_asked_again_round_by_round(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round does at most 200 of each kind; the rest of what was confirmed follows."""
    for day in (10, 11, 14):
        factories.requested(app, people, at(day, 9))
    a_round(app, NOW)
    a_round(app, NOW + 10 * DAY)
    assert app.test_cli_runner().invoke(args=["lectures", "expire", "--confirm"]).exit_code == 0
    from booking.lectures import service

    due = service.due
    monkeypatch.setattr(service, "due", lambda *a, **named: due(*a, **named, limit=1))
    later = NOW + 10 * DAY
    assert [a_round(app, later + minute * MINUTE) for minute in range(1, 5)] == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("pause", "counts", "held"),
    [
        (DAY, [(0, 0), (0, 0)], False),
        (400 * DAY, [(0, 50), (0, 9)], False),
        (400 * DAY, [(1, 50), (0, 9)], True),
        (3 * DAY, [(200, 200), (0, 9)], False),
        (DAY, [(201, 201), (0, 9)], True),
        (MINUTE, [(300, 1200), (0, 9)], False),
        (MINUTE, [(700, 1200), (0, 9)], True),
        (MINUTE, [(0, 1200), (800, 900)], True),
        (None, [(150, 150), (0, 9)], False),
        (None, [(1500, 1500), (0, 9)], True),
        (-400 * DAY, [(0, 9), (0, 9)], False),
    ],
)
def test_the_rule(pause: timedelta | None, counts: list[tuple[int, int]], held: bool) -> None:
    last = None if pause is None else NOW - pause
    assert policy.implausible(last=last, now=NOW, limit=200, counts=counts) is held
