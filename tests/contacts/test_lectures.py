"""A confirmed lecture shows each side the other's released contact, until some days after it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update

from booking.contacts.engine.owners import Owner
from booking.contacts.models import Consent
from booking.db import unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.lectures.engine.states import Command, Party
from booking.settings import service as settings
from booking.settings.engine.contact_declarations import REVEALS_PER_DAY
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.contacts import reaching
from tests.contacts.reaching import BRANCH_PHONE, MAIL, PHONE
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, ZHAO, ZHOU, Cast, at

END = at(3, 11)
UNTIL = END + timedelta(days=7)


@pytest.fixture
def number(app: Flask, people: Cast) -> str:
    reaching.prepare(app, people)
    return factories.confirmed(app, people)


def client(app: Flask, email: str | None) -> Client:
    one = Client(app).language("en")
    return one if email is None else one.sign_in(email)


def test_each_side_is_shown_what_the_other_released(app: Flask, people: Cast, number: str) -> None:
    li, chen = client(app, LI), client(app, CHEN)
    for one, value in ((li, PHONE), (chen, BRANCH_PHONE)):
        page = one.get(f"/lectures/{number}").text
        assert "Show the contact" in page
        assert value not in page

        shown = one.post(f"/lectures/{number}/contact")

        assert shown.status_code == 200
        assert value in shown.text
        assert MAIL not in shown.text
        assert f"Because of {number}, until Thu 3 Dec 2026, 11:00" in shown.text
        assert shown.headers["Cache-Control"] == "private, no-store"
        # In that response only.
        assert value not in one.get(f"/lectures/{number}").text
    title = "家庭急救常识（120分钟）"
    assert reaching.reveals(app) == [
        (people.li.user, people.chen.id, None, Channel.PHONE, "120****9931",
         "lecture", number, title),
        (people.chen.user, None, people.li.user, Channel.PHONE, "120****9932",
         "lecture", number, title),
    ]  # fmt: skip
    log = client(app, CHEN).get("/contacts").text
    assert "李静" in log
    assert number in log


@pytest.mark.parametrize(
    ("moment", "status"),
    [(END, 200), (UNTIL - timedelta(microseconds=1), 200), (UNTIL, 404)],
)
def test_it_ends_to_the_instant(
    app: Flask, time: Time, people: Cast, number: str, moment: datetime, status: int
) -> None:
    li = client(app, LI)
    page = li.get(f"/lectures/{number}").text
    assert "Show the contact" in page
    time.now = moment
    # The page was fetched a moment before: its button shows nothing after.
    shown = li.post(f"/lectures/{number}/contact")
    assert (shown.status_code, PHONE in shown.text) == (status, status == 200)
    assert len(reaching.reveals(app)) == (status == 200)


@pytest.mark.parametrize("command", [Command.CANCEL, Command.NOT_HELD])
def test_a_lecture_that_does_not_take_place_shows_nothing_at_once(
    app: Flask, time: Time, people: Cast, number: str, command: Command
) -> None:
    li = client(app, LI)
    assert PHONE in li.post(f"/lectures/{number}/contact").text
    if command is Command.NOT_HELD:
        time.now = END
        told = {"outcome": "cancelled_on_site", "why": "停电。"}
        page = client(app, CHEN).get(f"/lectures/{number}").text
        value = page.split('name="outcome"')[1].split('value="')[1].split('"')[0]
        response = client(app, CHEN).post(f"/lectures/{number}/not-held", told | {"outcome": value})
        assert response.status_code == 303, response.text
    else:
        with app.app_context(), unit_of_work() as session:
            factories.move(session, number, command, Party.INSTRUCTOR)
    shown = li.post(f"/lectures/{number}/contact")
    assert (shown.status_code, PHONE in shown.text) == (404, False)


def test_a_request_shows_nothing_yet(app: Flask, people: Cast) -> None:
    reaching.prepare(app, people)
    number = factories.requested(app, people)
    li = client(app, LI)
    assert "Show the contact" not in li.get(f"/lectures/{number}").text
    assert li.post(f"/lectures/{number}/contact").status_code == 404


def test_a_withdrawn_consent_counts_in_the_next_response(
    app: Flask, people: Cast, number: str
) -> None:
    li = client(app, LI)
    assert PHONE in li.post(f"/lectures/{number}/contact").text
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Consent).values(withdrawn_at=NOW))
    shown = li.post(f"/lectures/{number}/contact")
    assert (shown.status_code, PHONE in shown.text) == (404, False)
    page = li.get(f"/lectures/{number}").text
    assert "No contact is released for lectures by the instructor" in page
    assert "Send a message" in page
    assert f"/contact-requests/ask/{people.chen.id}?lecture={number}" in page


def test_another_purpose_is_no_consent(app: Flask, people: Cast) -> None:
    reaching.prepare(app, people, consents=False)
    number = factories.confirmed(app, people)
    li = client(app, LI)
    assert li.post(f"/lectures/{number}/contact").status_code == 404
    with app.app_context(), unit_of_work() as session:
        reaching.consent(session, Owner(instructor_id=people.chen.id), Channel.EMAIL)
    assert MAIL in li.post(f"/lectures/{number}/contact").text
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(Consent))
    assert li.post(f"/lectures/{number}/contact").status_code == 404


@pytest.mark.parametrize(
    ("email", "status"),
    [(None, 302), (ZHAO, 404), (ZHOU, 404), (SUN, 404), (WANG, 404), (ROOT, 404)],
)
@pytest.mark.parametrize("act", ["contact", "message"])
def test_nobody_else(
    app: Flask, people: Cast, number: str, email: str | None, status: int, act: str
) -> None:
    response = client(app, email).post(f"/lectures/{number}/{act}", {"text": "您好"})
    # Who is signed out keeps what was typed where there is a text, and signs in first.
    expected = 401 if (email, act) == (None, "message") else status
    assert response.status_code == expected
    assert PHONE not in response.text
    assert reaching.reveals(app) == []


def test_showing_needs_the_token(app: Flask, people: Cast, number: str) -> None:
    assert client(app, LI).post(f"/lectures/{number}/contact", csrf=False).status_code == 400
    assert reaching.reveals(app) == []


def test_a_day_has_a_limit_of_people(app: Flask, time: Time, people: Cast, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        settings.change(session, REVEALS_PER_DAY, 1, now=NOW)
        other = factories.make_instructor(
            session, "黄莺", contacts=((Channel.PHONE, "12000009940"),)
        )
        reaching.consent(session, Owner(instructor_id=other), Channel.PHONE)
        factories.open_hours(session, other)
        topic = instructors.topic_ids(session, other)[0]
        second = factories.request(
            session, people, at(4, 9), instructor_id=other, topic_id=topic
        ).number
        factories.move(session, second, Command.CONFIRM, Party.INSTRUCTOR)
    li = client(app, LI)
    assert li.post(f"/lectures/{number}/contact").status_code == 200
    time.now = NOW + timedelta(hours=1)
    # Whoever was shown already can be shown again; somebody else not.
    assert li.post(f"/lectures/{number}/contact").status_code == 200
    refused = li.post(f"/lectures/{second}/contact")
    assert (refused.status_code, "12000009940" in refused.text) == (429, False)
    assert "You were shown the contact of 1 person within a day" in refused.text
    time.now = NOW + timedelta(days=1, hours=1)
    assert "12000009940" in li.post(f"/lectures/{second}/contact").text
