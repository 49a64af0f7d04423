"""Leaving the register with a reason, and coming back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.audit import Action
from booking.db import db
from booking.instructors.models import Instructor
from booking.nominations.models import Departure
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.factories import CHEN, LI, SUN, WANG, Cast
from tests.nominations.test_renewals import term, terms

TODAY = date(2026, 11, 23)


def is_listed(app: Flask, instructor_id: int) -> bool:
    with app.app_context():
        query = select(Instructor.listed).where(Instructor.id == instructor_id)
        return bool(db.session().scalar(query))


@pytest.fixture
def wang(app: Flask, people: Cast) -> Client:
    """The coordinator of Chen's region, in English."""
    return Client(app).language("en").sign_in(WANG)


def test_who_leaves_is_found_by_nobody_and_keeps_everything(
    app: Flask, people: Cast, wang: Client
) -> None:
    term(app, people.chen.id, 100)
    term(app, people.chen.id, 500, length=300)
    path = f"/instructors/{people.chen.id}/departure"
    assert "Leave the register today" in wang.get(path).text

    assert wang.post(f"{path}/leave", {"reason": "退休"}).status_code == 303

    assert not is_listed(app, people.chen.id)
    assert Client(app).get(f"/instructors/{people.chen.id}").status_code == 404
    # The term ends today, and the one after it is dropped.
    assert [last for _first, last, _number in terms(app, people.chen.id)] == [TODAY]
    page = wang.get(path).text
    assert "退休" in page
    # The way back: the list of who has left, of the own region only.
    assert path in wang.get("/renewals").text
    assert path not in Client(app).sign_in(SUN).get("/renewals").text
    assert wang.post(f"{path}/leave", {"reason": "退休"}).status_code == 409

    assert wang.post(f"{path}/return").status_code == 303

    assert is_listed(app, people.chen.id)
    assert wang.post(f"{path}/return").status_code == 409
    assert [one.action for one in entries(app) if one.action.value.startswith("instructor_")] == [
        Action.INSTRUCTOR_LEFT,
        Action.INSTRUCTOR_RETURNED,
    ]
    with app.app_context():
        row = db.session().scalars(select(Departure)).one()
        assert (row.left_on, row.reason, row.returned_at is not None) == (TODAY, "退休", True)


def test_lectures_to_come_stand_in_the_way(app: Flask, people: Cast, wang: Client) -> None:
    number = factories.confirmed(app, people)
    path = f"/instructors/{people.chen.id}/departure"
    assert number in wang.get(path).text

    answer = wang.post(f"{path}/leave", {"reason": "退休"})

    assert answer.status_code == 409
    assert "1 lecture is still to come." in answer.text
    assert 'value="退休"' in answer.text
    assert is_listed(app, people.chen.id)


@pytest.mark.parametrize("reason", ["", " ", "\u200b", "x" * 201])
def test_a_reason_is_needed(app: Flask, people: Cast, wang: Client, reason: str) -> None:
    path = f"/instructors/{people.chen.id}/departure/leave"
    assert wang.post(path, {"reason": reason}).status_code == 422
    assert is_listed(app, people.chen.id)


@pytest.mark.parametrize(("email", "status"), [(LI, 403), (CHEN, 403), (SUN, 404), (None, 401)])
def test_others_put_nobody_out(app: Flask, people: Cast, email: str | None, status: int) -> None:
    path = f"/instructors/{people.chen.id}/departure"
    browser = Client(app)
    if email is not None:
        browser.sign_in(email)
    assert browser.post(f"{path}/leave", {"reason": "退休"}).status_code == status
    expected = 302 if email is None else status
    assert browser.post(f"{path}/return").status_code == expected
    assert browser.get(path).status_code == expected
    assert is_listed(app, people.chen.id)


def test_a_term_in_the_past_stays_as_it_is(app: Flask, people: Cast, wang: Client) -> None:
    term(app, people.chen.id, -100)
    wang.post(f"/instructors/{people.chen.id}/departure/leave", {"reason": "退休"})
    assert [last for _first, last, _number in terms(app, people.chen.id)] == [
        TODAY - timedelta(days=100)
    ]
