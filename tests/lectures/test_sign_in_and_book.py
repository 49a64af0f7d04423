"""Somebody who is not signed in types address and password in the booking form, and books."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import SignIn, User
from booking.audit import Action
from booking.db import db, unit_of_work
from booking.lectures.models import Lecture
from tests import audit_log, factories, summaries
from tests.accounts.factors import CODE, send, set_up_app, signed_in
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, PASSWORD, WANG, Cast, at
from tests.forms import prefilled

PLACE, NOTE = "文化馆 <2>", "请带教具。"
WRONG = "wrong horse battery"
ACCOUNT = {"email": LI, "password": PASSWORD}
_KEPT = re.compile(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
TYPED = {"place": PLACE, "note": NOTE, "attendees": "30"}


def _path(people: Cast, start: str = "2026-11-26T09:00") -> str:
    return f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start={start}"


def _book(client: Client, people: Cast, **more: str) -> TestResponse:
    """Open the form, fill it in and send it."""
    page = client.get(_path(people))
    assert page.status_code == 200
    return client.post(_path(people), dict(prefilled(page.text, "booking")) | TYPED | more)


def _lectures(app: Flask) -> list[Lecture]:
    with app.app_context():
        found = list(db.session().scalars(select(Lecture)))
        db.session.expunge_all()
        return found


@pytest.fixture
def visitor(client: Client) -> Client:
    return client.language("en")


def test_one_request_signs_in_and_books(app: Flask, visitor: Client, people: Cast) -> None:
    sent = _book(visitor, people, **ACCOUNT)

    assert (sent.status_code, "/lectures/YK-" in sent.location) == (303, True)
    assert visitor.get(sent.location).status_code == 200
    [lecture] = _lectures(app)
    assert (lecture.organisation_id, lecture.region_code) == (people.li.id, factories.COUNTY)
    assert (lecture.place, lecture.note, lecture.attendees) == (PLACE, NOTE, 30)
    [entry] = audit_log.entries(app, Action.SIGN_IN)
    assert (entry.subject_id, entry.detail) == (people.li.user, {"via": ["password"]})
    with app.app_context():
        assert db.session().scalars(select(SignIn.user_id)).all() == [people.li.user]


def test_the_district_that_was_chosen_counts(app: Flask, visitor: Client, people: Cast) -> None:
    _book(visitor, people, **ACCOUNT, region=factories.DISTRICT)

    [lecture] = _lectures(app)
    assert lecture.region_code == factories.DISTRICT


@pytest.mark.parametrize(
    ("email", "password"), [(LI, WRONG), ("nobody@example.org", PASSWORD), ("x", PASSWORD)]
)
def test_a_wrong_password_keeps_all_but_itself(
    app: Flask, visitor: Client, people: Cast, email: str, password: str
) -> None:
    sent = _book(visitor, people, email=email, password=password)

    assert sent.status_code == 422
    assert summaries.of_no_field(sent.text) == [
        "Authentication failed - identity or password/passcode invalid"
    ]
    kept = dict(prefilled(sent.text, "booking"))
    assert (kept["place"], kept["attendees"], kept["email"]) == (PLACE, "30", email)
    assert (kept["password"], NOTE in sent.text, password in sent.text) == ("", True, False)
    assert (_lectures(app), signed_in(visitor)) == ([], False)


def test_refusals_are_recorded_alike_with_and_without_an_account(
    app: Flask, visitor: Client, people: Cast
) -> None:
    for email in (LI, "nobody@example.org"):
        _book(visitor, people, email=email, password=WRONG)
    _book(visitor, people, email=LI, password="")

    first, second = audit_log.entries(app, Action.SIGN_IN_FAILED)
    assert (first.subject_id, first.actor_id) == (people.li.user, None)
    assert (second.subject_id, second.actor_id) == (None, None)


@pytest.mark.parametrize("missing", ["email", "password"])
def test_what_is_missing_is_told_at_its_field_beside_other_mistakes(
    app: Flask, visitor: Client, people: Cast, missing: str
) -> None:
    sent = _book(visitor, people, **ACCOUNT | {missing: "", "place": ""})

    assert sent.status_code == 422
    assert [target for target, _sentence in summaries.lines(sent.text)] == ["place", missing]
    assert _lectures(app) == []


def test_after_the_password_nobody_types_it_again(
    app: Flask, visitor: Client, people: Cast
) -> None:
    refused = _book(visitor, people, **ACCOUNT, place="")

    assert (refused.status_code, signed_in(visitor)) == (422, True)
    assert [target for target, _sentence in summaries.lines(refused.text)] == ["place"]
    again = dict(prefilled(refused.text, "booking"))
    assert "password" not in again
    assert visitor.post(_path(people), again | {"place": PLACE}).status_code == 303


def test_attempts_are_counted_together_with_those_of_the_sign_in_page(
    app: Flask, visitor: Client, people: Cast, time: Time
) -> None:
    for _again in range(3):
        visitor.post("/login", ACCOUNT | {"password": WRONG})
        refused = _book(visitor, people, email=LI, password=WRONG)

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert summaries.of_no_field(refused.text)[0].startswith("Too many wrong passwords.")
    assert dict(prefilled(refused.text, "booking"))["place"] == PLACE
    assert _book(visitor, people, **ACCOUNT).status_code == 429
    time.now += timedelta(seconds=61)
    assert _book(visitor, people, **ACCOUNT).status_code == 303


def test_a_browser_that_signed_in_before_is_counted_by_itself(
    app: Flask, visitor: Client, people: Cast
) -> None:
    visitor.sign_in(LI).sign_out()
    strange = Client(app)
    for _again in range(6):
        strange.post("/login", ACCOUNT | {"password": WRONG})

    assert _book(strange, people, **ACCOUNT).status_code == 429
    assert _book(visitor, people, **ACCOUNT).status_code == 303


def test_a_second_step_keeps_what_was_typed(
    app: Flask, visitor: Client, people: Cast, time: Time
) -> None:
    phone = set_up_app(Client(app).sign_in(LI), time.now)
    time.now += timedelta(minutes=1)

    sent = _book(visitor, people, **ACCOUNT)

    assert (sent.status_code, signed_in(visitor), _lectures(app)) == (401, False, [])
    assert "One more step to sign in" in sent.text
    assert PASSWORD not in sent.text
    [step] = re.findall(r'href="([^"]+)" target="_blank">Continue', sent.text)
    assert step.startswith(CODE)
    assert send(visitor, unescape(step), {"code": phone.code(time.now)}).status_code == 302
    kept = {name: unescape(text) for name, text in _KEPT.findall(sent.text)}
    assert (kept["place"], kept["note"], "password" in kept) == (PLACE, NOTE, False)
    assert visitor.post(_path(people), kept).status_code == 303
    assert [one.place for one in _lectures(app)] == [PLACE]


def test_a_late_second_step_begins_anew(
    app: Flask, visitor: Client, people: Cast, time: Time
) -> None:
    phone = set_up_app(Client(app).sign_in(LI), time.now)
    time.now += timedelta(minutes=1)
    _book(visitor, people, **ACCOUNT)
    time.now += timedelta(minutes=11)

    send(visitor, CODE, {"code": phone.code(time.now)})

    assert not signed_in(visitor)


class TestNeededFactor:
    """The role needs a second factor, and the account has none."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"TWO_FACTOR_ROLES": "branch"}

    def test_nothing_is_booked_before_it_is_set_up(
        self, app: Flask, visitor: Client, people: Cast
    ) -> None:
        sent = _book(visitor, people, **ACCOUNT)

        assert (sent.status_code, _lectures(app)) == (401, [])
        assert 'href="/account/factors" target="_blank"' in sent.text
        assert visitor.get(_path(people)).location == "/account/factors"


def test_somebody_who_books_for_nobody_is_refused(
    app: Flask, visitor: Client, people: Cast
) -> None:
    assert _book(visitor, people, email=CHEN, password=PASSWORD).status_code == 403
    assert _lectures(app) == []


def test_a_coordinator_who_signs_in_is_asked_for_which_branch(
    app: Flask, visitor: Client, people: Cast
) -> None:
    asked = _book(visitor, people, email=WANG, password=PASSWORD)

    assert (asked.status_code, _lectures(app)) == (422, [])
    assert 'name="branch"' in asked.text
    assert 'name="password"' not in asked.text


def test_of_several_branches_one_is_asked_for_and_nothing_else(
    app: Flask, visitor: Client, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        li = session.get_one(User, people.li.user)
        accounts.add_membership(
            session, user=li, role=Role.BRANCH, now=factories.NOW, organisation_id=people.zhao.id
        )

    asked = _book(visitor, people, **ACCOUNT)

    assert asked.status_code == 422
    assert summaries.lines(asked.text) == [
        (
            "organisation",
            "You are signed in. Choose the branch for which you book, then send once more.",
        )
    ]
    kept = dict(prefilled(asked.text, "booking"))
    assert (kept["place"], "password" in kept) == (PLACE, False)
    chosen = kept | {"organisation": str(people.zhao.id), "note": NOTE}
    assert visitor.post(_path(people), chosen).status_code == 303
    assert [one.organisation_id for one in _lectures(app)] == [people.zhao.id]


def test_a_foreign_branch_cannot_be_sent_along(app: Flask, visitor: Client, people: Cast) -> None:
    sent = _book(visitor, people, **ACCOUNT, organisation=str(people.zhao.id))

    assert (sent.status_code, _lectures(app)) == (422, [])


def test_a_time_that_was_taken_meanwhile_is_refused_to_somebody_who_is_signed_in(
    app: Flask, visitor: Client, people: Cast
) -> None:
    page = visitor.get(_path(people))
    factories.requested(app, people, at(3, 9), organisation_id=people.zhao.id)

    sent = visitor.post(_path(people), dict(prefilled(page.text, "booking")) | TYPED | ACCOUNT)

    assert (sent.status_code, signed_in(visitor)) == (409, True)
    kept = dict(prefilled(sent.text, "booking"))
    assert (kept["place"], "password" in kept) == (PLACE, False)
    assert len(_lectures(app)) == 1


def test_another_time_signs_nobody_in(app: Flask, visitor: Client, people: Cast) -> None:
    form = dict(prefilled(visitor.get(_path(people)).text, "booking")) | TYPED | ACCOUNT

    month = visitor.post(_path(people) + "&day=2026-11-26", form)

    assert (month.status_code, signed_in(visitor)) == (200, False)
    kept = dict(prefilled(month.text, "booking"))
    assert (kept["place"], kept["email"], kept["password"]) == (PLACE, LI, "")
    assert PASSWORD not in month.text


@pytest.mark.parametrize("site", ["same-origin", "cross-site"])
def test_without_the_token_of_the_page_nobody_is_signed_in(
    app: Flask, visitor: Client, people: Cast, site: str
) -> None:
    form = dict(prefilled(visitor.get(_path(people)).text, "booking")) | TYPED | ACCOUNT
    form["csrf_token"] = "none"
    headers = {"Sec-Fetch-Site": site}

    sent = visitor.post(_path(people), form, csrf=False, headers=headers)

    assert sent.status_code == (400 if site == "same-origin" else 403)
    assert (_lectures(app), signed_in(visitor), PASSWORD in sent.text) == ([], False, False)
    with app.app_context():
        assert db.session().scalars(select(SignIn)).all() == []


def test_a_form_of_before_the_sign_in_ended_shows_no_password_field(
    app: Flask, people: Cast
) -> None:
    browser = Client(app).language("en").sign_in(LI)
    form = dict(prefilled(browser.get(_path(people)).text, "booking")) | TYPED
    browser.sign_out()

    sent = browser.post(_path(people), form)

    assert (sent.status_code, "Your sign-in has expired" in sent.text) == (401, True)
