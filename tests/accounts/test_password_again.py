"""The present password, asked for while signed in, is counted like that of a sign-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse
from wtforms import Field, Form

from booking.accounts.sign_in.password_forms import CountsPasswords
from booking.accounts.sign_in.password_hash import OneAtATime
from tests import summaries
from tests.accounts.test_failed_sign_ins import WRONG, Counting
from tests.accounts.test_sign_ins import sign_in
from tests.audit_log import last_id, told
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, PASSWORD, Cast

NEW = "another horse battery"
ADDRESS = "li.jing@example.org"
FORMS: dict[str, dict[str, str]] = {
    "/verify": {},
    "/change": {"new_password": NEW, "new_password_confirm": NEW},
    "/change-email": {"email": ADDRESS},
}
each_form = pytest.mark.parametrize("path", FORMS)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask(browser: Client, path: str, password: str, **options: Any) -> TestResponse:
    """Fill in a form with this present password."""
    return browser.post(path, FORMS[path] | {"password": password}, **options)


@each_form
def test_the_sixth_wrong_password_is_refused_without_a_hash(
    app: Flask, people: Cast, path: str
) -> None:
    browser = sign_in(app).language("en")
    security = app.extensions["security"]
    counting = security.pwd_context = Counting(security.pwd_context)

    assert [ask(browser, path, WRONG).status_code for _ in range(5)] == [422] * 5
    counting.calls = 0
    # The network does not matter: whoever copied the cookie gets no further tries elsewhere.
    refused = ask(browser, path, PASSWORD, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert summaries.of_no_field(refused.text) == [
        "Too many wrong passwords. Wait 60 seconds, then try again, or set a new password by mail."
    ]
    assert counting.calls == 0
    assert PASSWORD not in refused.text
    if path == "/change-email":
        assert f'value="{ADDRESS}"' in refused.text


@sqlite_only
def test_all_forms_count_together_and_strangers_do_not(
    app: Flask, people: Cast, time: Time
) -> None:
    browser, other = sign_in(app), sign_in(app)
    stranger = Client(app)
    for _ in range(6):
        stranger.post("/login", {"email": LI, "password": WRONG})

    tries = ["/verify", "/change", "/change-email", "/verify", "/change"]
    assert [ask(browser, path, WRONG).status_code for path in tries] == [422] * 5
    assert [ask(other, path, WRONG).status_code for path in FORMS] == [429] * 3
    time.now += timedelta(seconds=61)
    assert ask(other, "/verify", PASSWORD).status_code == 302
    # The right one begins anew.
    assert [ask(browser, "/verify", WRONG).status_code for _ in range(6)] == [422] * 5 + [429]


@each_form
def test_the_right_password_does_what_it_did(app: Flask, people: Cast, path: str) -> None:
    browser = sign_in(app)
    for _ in range(4):
        ask(browser, path, WRONG)
    assert ask(browser, path, PASSWORD).status_code in (200, 302)

    present = NEW if path == "/change" else PASSWORD
    assert Client(app).post("/login", {"email": LI, "password": present}).status_code == 302


@sqlite_only
@pytest.mark.parametrize("new", ["short", PASSWORD, "12345678901"])
def test_a_new_password_that_is_refused_is_no_wrong_one(app: Flask, people: Cast, new: str) -> None:
    browser = sign_in(app)
    form = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert [browser.post("/change", form).status_code for _ in range(7)] == [422] * 7


@sqlite_only
@each_form
def test_a_full_line_is_told_and_counts_for_nothing(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    browser = sign_in(app)
    monkeypatch.setattr(OneAtATime, "MOST_WAITING", -1)
    assert [ask(browser, path, PASSWORD).status_code for _ in range(6)] == [503] * 6
    monkeypatch.undo()
    assert ask(browser, path, PASSWORD).status_code in (200, 302)


@each_form
def test_a_wrong_password_is_recorded_with_who_is_signed_in(
    app: Flask, people: Cast, path: str
) -> None:
    browser = sign_in(app)
    start = last_id(app)

    ask(browser, path, WRONG)

    [entry] = told(app, "action", "actor_id", "subject_id", "detail", after=start)
    li = people.li.user
    assert entry == ("sign_in_failed", li, li, {"via": ["password"]})


@sqlite_only
def test_every_form_that_asks_for_a_password_counts(app: Flask) -> None:
    """A form of the library's that is in use with its own check would be a way around."""
    known = app.extensions["security"].forms
    asking = {name for name, one in known.items() if one.cls and slot_requests(one.cls)}
    uncounted = {name for name in asking if not issubclass(known[name].cls, CountsPasswords)}

    assert {"login_form", "verify_form", "change_password_form", "change_email_form"} <= asking
    assert uncounted == set()


def slot_requests(form: type[Form]) -> bool:
    """Whether a form has a field for the present password."""
    fields: list[Field] = [getattr(form, name) for name in dir(form) if not name.startswith("_")]
    return any(
        getattr(one, "kwargs", {}).get("render_kw", {}).get("autocomplete") == "current-password"
        for one in fields
        if isinstance(getattr(one, "kwargs", None), dict)
    )
