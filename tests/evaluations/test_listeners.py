"""Listeners answer by the code of the hall: once for each device, in a crowd, until it closes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.db import db, unit_of_work
from booking.evaluations.models import ListenerEvaluation
from booking.lectures.engine.states import Command, Party
from booking.lectures.queries import by_number
from booking.listener_links import service as links
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.queries import link_of
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.evaluations import evaluating
from tests.factories import CHEN, LI, Cast

SENT = {
    "version": "1",
    "score_content": "5",
    "score_method": "4",
    "score_usefulness": "3",
    "again": "yes",
    "remarks": "",
}
IN_THE_HALL = evaluating.ENDED - timedelta(minutes=10)
LISTENERS = 80


@pytest.fixture
def number(app: Flask, people: Cast, time: Time) -> str:
    """A lecture that has begun."""
    found = factories.confirmed(app, people)
    time.now = IN_THE_HALL
    return found


def stored(app: Flask) -> int:
    """How many answers there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ListenerEvaluation)) or 0


def test_a_phone_answers_once_without_an_account(app: Flask, number: str) -> None:
    path, phone = evaluating.opened(app, number), Client(app).language("en")
    page = phone.get(path).text
    assert "How was the lecture?" in page
    assert "score_content" in page

    answer = phone.post(path, SENT)

    assert (answer.status_code, stored(app)) == (303, 1)
    assert "Thank you" in phone.get(path).text
    again = phone.post(path, SENT)
    assert (again.status_code, stored(app)) == (409, 1)
    assert Client(app).post(path, SENT).status_code == 303
    assert stored(app) == 2


def test_a_refusal_keeps_what_was_typed(app: Flask, number: str) -> None:
    path, phone = evaluating.opened(app, number), Client(app).language("en")

    answer = phone.post(path, SENT | {"score_content": "", "remarks": "声音太小。"})

    assert (answer.status_code, stored(app)) == (422, 0)
    assert "声音太小。" in answer.text


def test_eighty_listeners_answer_at_once(app: Flask, number: str) -> None:
    """Each sends twice at the same time as all others: each is counted once, none is lost."""
    path = evaluating.opened(app, number)
    phones = [Client(app, checks_html=False) for _one in range(LISTENERS)]
    for phone in phones:
        assert phone.get(path).status_code == 200
    begin, started = Barrier(8), monotonic()

    def answer(some: list[Client]) -> list[int]:
        begin.wait()
        return [phone.post(path, SENT).status_code for phone in some for _time in range(2)]

    with ThreadPoolExecutor(8) as pool:
        told = [
            one for codes in pool.map(answer, [phones[n::8] for n in range(8)]) for one in codes
        ]

    assert sorted(told) == [303] * LISTENERS + [409] * LISTENERS
    assert stored(app) == LISTENERS
    assert monotonic() - started < 60
    shown = Client(app).language("en").sign_in(LI).get(f"/lectures/{number}/links/evaluation").text
    assert f"{LISTENERS} answers so far." in shown


def test_one_device_that_sends_in_parallel_is_counted_once(app: Flask, number: str) -> None:
    path, phone = evaluating.opened(app, number), Client(app, checks_html=False)
    phone.get(path)
    cookies = {
        name: cookie.value
        for name in ("device", "session")
        if (cookie := phone.flask.get_cookie(name)) is not None
    }
    assert set(cookies) == {"device", "session"}
    token, begin = phone.token(), Barrier(6)
    session = phone.flask.get_cookie("session")
    assert session is not None

    def answer(_place: int) -> int:
        copy = Client(app, checks_html=False)
        copy.flask.set_cookie("device", cookies["device"])
        copy.flask.set_cookie("session", session.value)
        begin.wait()
        sent = SENT | {"csrf_token": token}
        return copy.post(path, sent, csrf=False).status_code

    with ThreadPoolExecutor(6) as pool:
        told = sorted(pool.map(answer, range(6)))

    assert told == [303] + [409] * 5
    assert stored(app) == 1


def test_tokens_that_are_none_do_nothing(app: Flask, number: str) -> None:
    path = evaluating.opened(app, number)
    with app.app_context(), unit_of_work() as session:
        lecture = by_number(session, number)
        other = links.open_link(
            session,
            lecture.id,
            LinkPurpose.ATTENDANCE,
            closes_at=lecture.ends_at,
            now=IN_THE_HALL,
        )
        foreign = links.token_of(other)
    for wrong in (f"{path[:-1]}{'a' if path[-1] != 'a' else 'b'}", f"/evaluate/{foreign}"):
        phone = Client(app)
        assert (phone.get(wrong).status_code, phone.post(wrong, SENT).status_code) == (404, 404)
    assert stored(app) == 0


def test_a_token_of_before_is_of_no_use(app: Flask, number: str) -> None:
    old, phone = evaluating.opened(app, number), Client(app).language("en")
    with app.app_context(), unit_of_work() as session:
        link = link_of(session, by_number(session, number).id, LinkPurpose.EVALUATION)
        assert link is not None
        links.close_link(session, link, IN_THE_HALL)
    assert phone.post(old, SENT).status_code == 410
    assert "This code is closed" in phone.get(old).text

    new = evaluating.opened(app, number, IN_THE_HALL)

    assert (phone.post(old, SENT).status_code, phone.post(new, SENT).status_code) == (404, 303)
    assert stored(app) == 1


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(hours=-3), 409),
        (timedelta(days=7, seconds=-1), 303),
        (timedelta(days=7), 410),
    ],
)
def test_answers_are_taken_from_the_beginning_until_a_week_after(
    app: Flask, number: str, time: Time, after: timedelta, status: int
) -> None:
    path = evaluating.opened(app, number)
    time.now = evaluating.ENDED + after

    assert Client(app).post(path, SENT).status_code == status
    assert stored(app) == (1 if status == 303 else 0)


def test_a_lecture_that_is_cancelled_is_not_evaluated(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people)
    path = evaluating.opened(app, number)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.INSTRUCTOR)
    time.now = IN_THE_HALL

    assert Client(app).post(path, SENT).status_code == 410
    assert stored(app) == 0


class TestLimits:
    """A hall has one address; who tries tokens is stopped without stopping the hall."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        """A tenth: 90 requests by a link, 6 wrong tokens."""
        return {"RATE_LIMITS": "0.1"}

    def test_wrong_tokens_are_counted_apart(self, app: Flask, number: str) -> None:
        path = evaluating.opened(app, number)
        wrong = [Client(app).get("/evaluate/1-aaaa").status_code for _one in range(8)]

        assert wrong == [404] * 6 + [429] * 2
        right = [Client(app).get(path).status_code for _one in range(91)]
        assert right == [200] * 90 + [429]


def test_an_instructor_opens_the_code_only_while_answers_are_taken(
    app: Flask, number: str, time: Time
) -> None:
    page = f"/lectures/{number}/links/evaluation"
    browser = Client(app).language("en").sign_in(CHEN)
    assert page in browser.get(f"/lectures/{number}").text
    assert browser.post(f"{page}/open").status_code == 303
    time.now = evaluating.ENDED - timedelta(hours=5)
    early = Client(app).language("en").sign_in(CHEN).post(f"{page}/open")
    assert early.status_code == 409
