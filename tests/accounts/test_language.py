"""The language that somebody chooses holds on the pages and in their mail."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import User
from booking.db import db
from booking.notifications.models import Delivery
from booking.notifications.transmission.delivery import deliver
from booking.outbox.rounds import handle_waiting
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, Cast

ENGLISH, CHINESE = 'lang="en"', 'lang="zh-CN"'


def kept(app: Flask, email: str) -> str | None:
    """The language that is kept with an account."""
    with app.app_context():
        return db.session().scalars(select(User).filter_by(email=email)).one().language


def speaks(browser: Client) -> str:
    """The language of a page."""
    return ENGLISH if "<html " + ENGLISH in browser.get("/").text else CHINESE


def test_the_switch_of_a_signed_in_person_is_kept(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(CHEN)
    assert kept(app, CHEN) is None
    assert 'action="/language/en?next=/instructors"' in browser.get("/instructors").text

    answer = browser.post("/language/en?next=/instructors")

    assert (answer.status_code, answer.location) == (302, "/instructors")
    assert (kept(app, CHEN), kept(app, LI), speaks(browser)) == ("en", None, ENGLISH)
    assert speaks(Client(app).sign_in(CHEN)) == ENGLISH


def test_no_link_changes_what_is_kept(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(CHEN)

    assert browser.get("/language/en").status_code == 302
    assert browser.post("/language/en", csrf=False).status_code == 400

    assert kept(app, CHEN) is None


@pytest.mark.parametrize("code", ["fr", "x" * 5000])
def test_an_unknown_language_is_not_kept(app: Flask, people: Cast, code: str) -> None:
    assert Client(app).sign_in(CHEN).post(f"/language/{code}").status_code == 302
    assert kept(app, CHEN) is None


def test_a_choice_before_signing_in_is_taken_along(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(CHEN)

    assert (kept(app, CHEN), speaks(browser)) == ("en", ENGLISH)


def test_mail_comes_in_that_language(app: Flask, people: Cast, time: Time) -> None:
    Client(app).sign_in(CHEN).post("/language/en")
    Client(app).sign_in(LI).post("/language/zh_Hans_CN")
    factories.confirmed(app, people)

    with app.app_context():
        handle_waiting(time.now)
        subjects = db.session().execute(
            select(Delivery.recipient, Delivery.subject).order_by(Delivery.id)
        )
        chinese = {to: any("一" <= one <= "龥" for one in subject.split(" ", 2)[-1][:2])
                   for to, subject in subjects}  # fmt: skip
        assert deliver(time.now) > 0
    assert chinese == {CHEN: False, LI: True}
