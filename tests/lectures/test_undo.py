"""A wrong click is taken back within a minute, by who made it, while the time is still free."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.calendars.models import RenderedEvent
from booking.db import db
from booking.lectures.engine.states import Command, State
from booking.lectures.models import HistoryEntry, Hold, Lecture
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, WANG, ZHAO, Cast, at

MINUTE = timedelta(minutes=1)
BANNER = "undo-brief"


def look(app: Flask, number: str) -> tuple[State, int, int]:
    """State, sequence, number of holds."""
    with app.app_context():
        lecture = db.session().scalars(select(Lecture).where(Lecture.number == number)).one()
        holds = db.session().scalars(select(Hold).where(Hold.lecture_id == lecture.id)).all()
        return lecture.state, lecture.sequence, len(holds)


@pytest.mark.parametrize(
    ("who", "command", "form"),
    [
        (CHEN, "confirm", {}),
        (CHEN, "decline", {"reason": "那天另有任务。"}),
        (WANG, "confirm", {}),
        (LI, "withdraw", {}),
    ],
)
def test_a_wrong_click_is_taken_back(
    app: Flask, people: Cast, time: Time, who: str, command: str, form: dict[str, str]
) -> None:
    number = factories.requested(app, people)
    browser = Client(app).sign_in(who)
    page = f"/lectures/{number}"
    assert BANNER not in browser.get(page).text
    assert browser.post(f"{page}/{command}", form).status_code == 303
    assert BANNER in browser.get(page).text

    time.now += MINUTE
    answer = browser.post(f"{page}/undo")

    assert (answer.status_code, answer.location) == (303, page)
    assert look(app, number) == (State.REQUESTED, 2, 1)
    assert BANNER not in browser.get(page).text
    assert browser.post(f"{page}/undo").status_code == 409


def test_after_a_minute_it_is_gone_and_a_late_click_is_told(
    app: Flask, people: Cast, time: Time
) -> None:
    number = factories.requested(app, people)
    browser = Client(app).sign_in(CHEN).language("en")
    browser.post(f"/lectures/{number}/confirm")

    time.now += MINUTE + timedelta(seconds=1)

    assert BANNER not in browser.get(f"/lectures/{number}").text
    answer = browser.post(f"/lectures/{number}/undo")
    assert answer.status_code == 409
    assert "This can be undone for one minute only." in answer.text
    assert look(app, number)[0] is State.CONFIRMED


def test_nobody_takes_back_what_somebody_else_did(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    Client(app).sign_in(WANG).post(f"/lectures/{number}/confirm")
    for who in (CHEN, LI):
        browser = Client(app).sign_in(who).language("en")
        assert BANNER not in browser.get(f"/lectures/{number}").text
        answer = browser.post(f"/lectures/{number}/undo")
        assert answer.status_code == 409
        assert "There is nothing of yours to undo here." in answer.text
    assert Client(app).sign_in(ZHAO).post(f"/lectures/{number}/undo").status_code == 404


@pytest.mark.parametrize("hour", [9, 11])
def test_a_time_that_was_taken_meanwhile_is_not_taken_back(
    app: Flask, people: Cast, hour: int
) -> None:
    """Whether it overlaps, or leaves no time for the way."""
    number = factories.requested(app, people, at(3, 9))
    browser = Client(app).sign_in(LI).language("en")
    browser.post(f"/lectures/{number}/withdraw")
    other = factories.OTHER_DISTRICT
    factories.requested(app, people, at(3, hour), organisation_id=people.zhao.id, region_code=other)

    answer = browser.post(f"/lectures/{number}/undo")

    assert answer.status_code == 409
    assert "the time has been booked otherwise since" in answer.text
    assert look(app, number) == (State.WITHDRAWN, 1, 0)


def test_calendars_follow_a_cancellation_and_its_undo(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people)
    browser = Client(app).sign_in(LI)
    browser.post(f"/lectures/{number}/cancel", {"reason": "场地临时占用。"})
    assert _rendered(app) == [(True, "SEQUENCE:2"), (True, "SEQUENCE:2")]

    assert browser.post(f"/lectures/{number}/undo").status_code == 303

    assert _rendered(app) == [(False, "SEQUENCE:3"), (False, "SEQUENCE:3")]
    assert look(app, number) == (State.CONFIRMED, 3, 1)


def _rendered(app: Flask) -> list[tuple[bool, str]]:
    with app.app_context():
        rows = db.session().scalars(select(RenderedEvent).order_by(RenderedEvent.id)).all()
        lines = [[one for one in row.text.split("\r\n") if "SEQUENCE" in one] for row in rows]
        return [(row.cancelled, found[0]) for row, found in zip(rows, lines, strict=True)]


def test_on_the_board_the_banner_leads_back_to_the_list(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    browser = Client(app).sign_in(WANG)
    answer = browser.post("/board/confirm?q=YK", {"row": number})
    page = browser.get(answer.location).text
    assert (BANNER in page, f'action="/lectures/{number}/undo"' in page) == (True, True)

    answer = browser.post(f"/lectures/{number}/undo", {"next": "/board?q=YK"})

    assert (answer.status_code, answer.location) == (303, "/board?q=YK")
    assert BANNER not in browser.get(f"/board?undo={number}").text


def test_history_keeps_both_steps(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    browser = Client(app).sign_in(CHEN)
    browser.post(f"/lectures/{number}/confirm")
    browser.post(f"/lectures/{number}/undo")
    with app.app_context():
        rows = db.session().scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()
        assert [(row.command, row.target) for row in rows] == [
            (None, State.REQUESTED),
            (Command.CONFIRM, State.CONFIRMED),
            (Command.UNDO, State.REQUESTED),
        ]
