"""The record after a lecture: filed with one tap, corrected for two weeks, or not held and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from booking.calendars.models import RenderedEvent
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, EventKind, Party, State
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, SUN, WANG, ZHAO, Cast, at
from tests.forms import prefilled
from tests.lectures.board_page import board_of, client_of

MISSING = "待填回执"
OVER = at(3, 12)


@pytest.fixture
def number(app: Flask, people: Cast, time: Time) -> str:
    """A confirmed lecture from 9 to 11 that is over."""
    found = factories.confirmed(app, people, at(3, 9), attendees=60)
    time.now = OVER
    return found


def record(app: Flask) -> LectureRecord | None:
    with app.app_context():
        return db.session().scalars(select(LectureRecord)).one_or_none()


def state(app: Flask) -> State:
    with app.app_context():
        return db.session().scalars(select(Lecture.state)).one()


def changes(app: Flask) -> list[tuple[Command | None, str]]:
    """The history, each row with its event."""
    with app.app_context():
        rows = db.session().scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()
        events = db.session().scalars(select(OutboxEvent).order_by(OutboxEvent.id)).all()
        return [(row.command, one.kind) for row, one in zip(rows, events, strict=True)]


@pytest.mark.parametrize(("who", "party"), [(CHEN, Party.INSTRUCTOR), (LI, Party.BRANCH)])
def test_as_planned_takes_one_tap(app: Flask, number: str, who: str, party: Party) -> None:
    browser = Client(app).sign_in(who)
    page = browser.get(f"/lectures/{number}").text
    action = f"/lectures/{number}/deliver"
    assert MISSING in page

    answer = browser.post(action, dict(prefilled(page, "record")))

    assert answer.status_code == 303, answer.text
    filed = record(app)
    assert filed is not None
    assert (filed.outcome, filed.started_at, filed.ended_at, filed.listeners) == (
        LectureOutcome.HELD,
        at(3, 9),
        at(3, 11),
        60,
    )
    assert (filed.credit_hours, filed.party, filed.filed_at) == (Decimal("2.5"), party, OVER)
    assert state(app) is State.DELIVERED
    assert changes(app)[-1] == (Command.DELIVER, EventKind.DELIVERED)
    page = browser.get(f"/lectures/{number}").text
    assert MISSING not in page
    assert "2.5" in page


def test_who_says_only_that_it_took_place_files_it_as_planned(app: Flask, number: str) -> None:
    answer = Client(app).sign_in(WANG).post("/board/deliver", {"row": number})
    assert answer.status_code == 303
    filed = record(app)
    assert filed is not None
    assert (filed.listeners, filed.party) == (60, Party.COORDINATOR)


def test_it_is_corrected_for_two_weeks_and_then_by_coordinators(
    app: Flask, number: str, time: Time
) -> None:
    browser = Client(app).sign_in(LI).language("en")
    browser.post(f"/lectures/{number}/deliver")
    corrected = {"started": "09:10", "ended": "10:40", "listeners": "47", "note": "另有旁听。"}

    assert browser.post(f"/lectures/{number}/record", corrected).status_code == 303

    filed = record(app)
    assert filed is not None
    assert (filed.started_at, filed.ended_at) == (at(3, 9, 10), at(3, 10, 40))
    assert (filed.listeners, filed.note, filed.credit_hours) == (
        47,
        "另有旁听。",
        Decimal(2),
    )
    assert changes(app)[-1] == (Command.RECORD, EventKind.RECORDED)
    time.now = at(17, 11, 1)
    late = browser.post(f"/lectures/{number}/record", corrected)
    assert late.status_code == 409
    assert "for 14 days after the lecture. Ask your coordinator" in late.text
    chinese = browser.language("zh_Hans_CN").post(f"/lectures/{number}/record", corrected)
    assert "授课回执可在课后14天内填写和更正" in chinese.text
    by_wang = Client(app).sign_in(WANG).post(f"/lectures/{number}/record", corrected)
    assert by_wang.status_code == 303


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"started": "9 o'clock"}, "Write the time as 14:30."),
        ({"ended": ""}, "Write the time as 14:30."),
        ({"ended": "12:01"}, "and not in the future"),
        ({"started": "11:00", "ended": "09:00"}, "and not in the future"),
        ({"listeners": "-1"}, "must lie between 0 and 100000"),
        ({"listeners": "many"}, "must lie between 0 and 100000"),
        ({"note": "长" * 1001}, "The note is too long"),
    ],
)
def test_wrong_values_come_back(
    app: Flask, number: str, wrong: dict[str, str], sentence: str
) -> None:
    browser = Client(app).sign_in(LI).language("en")
    values = {"started": "09:00", "ended": "11:00", "listeners": "", "note": "原话"} | wrong
    answer = browser.post(f"/lectures/{number}/deliver", values)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (record(app), state(app)) == (None, State.CONFIRMED)


def test_it_is_too_early_before_the_end(app: Flask, number: str, time: Time) -> None:
    time.now = at(3, 10, 59)
    browser = Client(app).sign_in(LI).language("en")
    assert MISSING not in browser.get(f"/lectures/{number}").text
    answer = browser.post(f"/lectures/{number}/deliver")
    assert (answer.status_code, "wait until the lecture is over" in answer.text) == (409, True)


def test_nobody_else_files_it(app: Flask, number: str) -> None:
    for who in (ZHAO, SUN):
        for command in ("deliver", "record", "not-held"):
            browser = Client(app).sign_in(who)
            assert browser.post(f"/lectures/{number}/{command}").status_code == 404


def test_the_system_delivers_and_the_page_still_asks(app: Flask, number: str, time: Time) -> None:
    time.now = at(4, 11)
    with app.app_context():
        pass_time(time.now)
    assert (state(app), record(app)) == (State.DELIVERED, None)
    for who, lists in ((LI, "/lectures"), (CHEN, "/inbox")):
        browser = Client(app).sign_in(who)
        assert MISSING in browser.get(lists).text
        assert MISSING in browser.get(f"/lectures/{number}").text
    board = board_of(client_of(app, WANG), "?show=record")
    assert (board.numbers, board.presets[5]) == ([number], "Without a record 1")

    assert Client(app).sign_in(CHEN).post(f"/lectures/{number}/record").status_code == 303

    assert changes(app)[-1] == (Command.RECORD, EventKind.RECORDED)
    assert MISSING not in Client(app).sign_in(LI).get("/lectures").text
    assert board_of(client_of(app, WANG), "?show=record").numbers == []


@pytest.mark.parametrize("delivered", [False, True])
def test_not_held_with_an_outcome(app: Flask, number: str, delivered: bool) -> None:
    browser = Client(app).sign_in(LI).language("en")
    if delivered:
        browser.post(f"/lectures/{number}/deliver")

    answer = browser.post(
        f"/lectures/{number}/not-held", {"outcome": "instructor_absent", "why": "大雾封路"}
    )

    assert answer.status_code == 303, answer.text
    filed = record(app)
    assert filed is not None
    assert (filed.outcome, filed.note, filed.credit_hours, filed.listeners) == (
        LectureOutcome.INSTRUCTOR_ABSENT,
        "大雾封路",
        None,
        None,
    )
    assert state(app) is State.NOT_HELD
    with app.app_context():
        assert all(db.session().scalars(select(RenderedEvent.cancelled)).all())
    page = browser.get(f"/lectures/{number}").text
    assert "The instructor did not come" in page
    assert f"/lectures/{number}/undo" in page
    assert browser.post(f"/lectures/{number}/undo").status_code == 303
    assert state(app) is (State.DELIVERED if delivered else State.CONFIRMED)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choose why the lecture did not take place."),
        ({"outcome": "held"}, "Choose why the lecture did not take place."),
        ({"outcome": "other", "why": " "}, "Say in a few words why"),
        ({"outcome": "place", "why": "长" * 501}, "The reason is too long"),
    ],
)
def test_not_held_needs_to_know_why(
    app: Flask, number: str, form: dict[str, str], sentence: str
) -> None:
    answer = Client(app).sign_in(LI).language("en").post(f"/lectures/{number}/not-held", form)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert state(app) is State.CONFIRMED


def test_not_held_can_be_said_as_soon_as_it_should_have_begun(
    app: Flask, number: str, time: Time
) -> None:
    browser = Client(app).sign_in(CHEN)
    form = {"outcome": "branch_absent", "why": ""}
    statuses = []
    for moment in (at(3, 9) - timedelta(seconds=1), at(3, 9)):
        time.now = moment
        statuses.append(browser.post(f"/lectures/{number}/not-held", form).status_code)
    assert statuses == [409, 303]


def test_a_lecture_over_midnight_ends_on_the_next_day(app: Flask, people: Cast, time: Time) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, start=8, end=24)
    number = factories.confirmed(app, people, at(3, 22))
    time.now = datetime.fromisoformat("2026-11-27T12:00+08:00")
    values = {"started": "22:10", "ended": "00:20", "listeners": "", "note": ""}
    answer = Client(app).sign_in(LI).post(f"/lectures/{number}/deliver", values)
    assert answer.status_code == 303, answer.text
    filed = record(app)
    assert filed is not None
    assert (filed.started_at, filed.ended_at) == (at(3, 22, 10), at(4, 0, 20))
