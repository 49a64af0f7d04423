"""A change of SECRET_KEY signs nobody out and spoils no link, while the old key is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_security.recoverable import (
    generate_reset_password_token,
    reset_password_token_status,
)

from booking.accounts.datastore import datastore
from tests.browser import Client
from tests.databases import SECRET_KEY, SqliteTemplate, running
from tests.factories import LI, PASSWORD, Cast

NEW_KEY = "another-key-which-is-long-enough-too"
NEWEST_KEY = "the-third-key-which-is-long-enough-too"
REMEMBER = "remember_token"

Rotation = Callable[..., AbstractContextManager[Flask]]
"""Takes the key and earlier ones."""


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, sqlite_folder: Path) -> str:
    """Keys do not depend on the database: one kind is enough."""
    return sqlite_template.copy_to(sqlite_folder)


@pytest.fixture
def rotated(database_url: str, tmp_path: Path) -> Rotation:
    """Opens the installation with another key, and earlier ones."""

    @contextmanager
    def open_with(key: str, *earlier: str) -> Iterator[Flask]:
        more = {"SECRET_KEY": key, "SECRET_KEY_FALLBACKS": " ".join(earlier)}
        with running(database_url, tmp_path, more) as app:
            yield app

    return open_with


def _remembered(app: Flask) -> str:
    """The remember cookie of somebody who signed in with "Remember me"."""
    browser = Client(app)
    form = {"email": LI, "password": PASSWORD, "remember": "y"}
    assert browser.post("/login", form).status_code == 302
    cookie = browser.flask.get_cookie(REMEMBER)
    assert cookie is not None
    return cookie.value


def _comes_back(app: Flask, cookie: str) -> tuple[int, str]:
    """The status of a page for the account, and the cookie afterwards."""
    browser = Client(app)
    browser.flask.set_cookie(REMEMBER, cookie)
    status = browser.get("/lectures").status_code
    kept = browser.flask.get_cookie(REMEMBER)
    return status, kept.value if kept else ""


def test_a_remembered_browser_stays_signed_in(app: Flask, people: Cast, rotated: Rotation) -> None:
    cookie = _remembered(app)
    with rotated(NEW_KEY, "x" * 32, SECRET_KEY) as renewed:
        status, anew = _comes_back(renewed, cookie)
    assert (status, anew != cookie) == (200, True)
    # It was signed anew, so that the old key need not be listed for a year.
    with rotated(NEWEST_KEY, NEW_KEY) as later:
        assert _comes_back(later, anew)[0] == 200
        assert _comes_back(later, cookie)[0] == 302
    with rotated(NEW_KEY) as without:
        assert _comes_back(without, cookie)[0] == 302


@pytest.mark.parametrize("cookie", ["x", "x|y", "1|é", "|", "é|" + "0" * 128, "a|b|c"])
def test_a_forged_cookie_signs_nobody_in(people: Cast, rotated: Rotation, cookie: str) -> None:
    with rotated(NEW_KEY, SECRET_KEY) as renewed:
        assert _comes_back(renewed, cookie)[0] == 302


def _reset_token() -> str:
    return str(
        generate_reset_password_token(  # type: ignore[no-untyped-call]
            datastore.find_user(email=LI)
        )
    )


def _is_invalid(token: str) -> bool:
    _expired, invalid, _user = reset_password_token_status(  # type: ignore[no-untyped-call]
        token
    )
    return bool(invalid)


def test_a_reset_link_lives_on(app: Flask, people: Cast, rotated: Rotation) -> None:
    with app.test_request_context():
        token = _reset_token()
    with rotated(NEW_KEY, "x" * 32, SECRET_KEY) as renewed:
        assert Client(renewed).get(f"/reset/{token}").status_code == 200
        with renewed.test_request_context():
            anew = _reset_token()
    with rotated(NEW_KEY) as without, without.test_request_context():
        invalid = _is_invalid(token)
        # What is signed during the change is signed with the new key.
        fresh_is_invalid = _is_invalid(anew)
    assert (invalid, fresh_is_invalid) == (True, False)


def test_an_open_session_goes_on(app: Flask, people: Cast, rotated: Rotation) -> None:
    browser = Client(app).sign_in(LI)
    cookie = browser.flask.get_cookie("session")
    assert cookie is not None
    with rotated(NEW_KEY, SECRET_KEY) as renewed:
        other = Client(renewed)
        other.flask.set_cookie("session", cookie.value)
        assert other.get("/lectures").status_code == 200
