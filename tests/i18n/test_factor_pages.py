"""The pages of the second step of sign-in read in one language each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from booking.demo import security
from tests.accounts.factors import APP, CODE, CODES, FACTORS, send
from tests.browser import Client
from tests.i18n import reading

BRANCH = "branch@example.org"
KEY = re.compile(r'<code class="setup-key">.*?</code>')


def pages(app: Flask, language: str) -> Iterator[tuple[str, str]]:
    """Name and HTML of every page and every refusal; nothing is set up at the end."""
    client = Client(app).language(language).sign_in(BRANCH, security.KNOWN)
    for path in (FACTORS, APP, f"{APP}/remove", CODES, "/account/passkeys", "/verify"):
        yield path, client.get(path).text
    yield "wrong code", client.post(APP, {"code": "1"}).text
    yield "no code", client.post(APP, {"code": ""}).text
    yield "wrong password", client.post("/verify", {"password": "wrong"}).text
    yield "no name", client.post("/account/passkeys", {"name": ""}).text
    yield "long name", client.post("/account/passkeys", {"name": "x" * 65}).text.replace("x", "")
    yield "odd name", client.post("/account/passkeys", {"name": "<b>"}).text
    yield "asked", client.post("/account/passkeys", {"name": "1", "usage": "first"}).text
    client.post("/account/passkeys/x", {"credential": "{}"})
    yield "no passkey", client.get(FACTORS).text
    nobody = Client(app).language(language)
    yield "sign-in", nobody.get("/login").text
    yield "passkey", nobody.get("/login/passkey").text
    yield "asked to sign in", nobody.post("/login/passkey").text
    nobody.get("/login/recovery")
    yield "no first step", nobody.get("/login").text
    foreign, host = Client(app), {"Host": "127.0.0.1"}
    foreign.get(f"/language/{language}", headers=host)
    yield "foreign", foreign.get("/login/passkey", headers=host).text


def second_steps(app: Flask, language: str) -> Iterator[tuple[str, str]]:
    """The pages after a right password."""
    runner = app.test_cli_runner()
    client = Client(app).language(language).sign_in(BRANCH, security.KNOWN)
    library = app.extensions["security"].totp_factory
    client.get(APP)
    with client.flask.session_transaction() as session:
        secret = session["pending_authenticator"]
    assert client.post(APP, {"code": library.generate_totp_password(secret)}).status_code == 303
    yield "set up", client.get(FACTORS).text
    yield "codes", client.post(CODES, {"generate_new_codes": "1"}).text
    late = Client(app).language(language)
    late.post("/login", {"email": BRANCH, "password": security.KNOWN})
    for path in (CODE, "/login/recovery"):
        yield path, late.get(path).text
        yield f"wrong {path}", send(late, path, {"code": "000000"}).text
        yield f"no {path}", send(late, path, {"code": ""}).text
    for _ in range(3):
        send(late, CODE, {"code": "000000"})
    yield "too many", send(late, CODE, {"code": "000000"}).text
    assert runner.invoke(args=["user", "reset-factors", BRANCH]).exit_code == 0


@pytest.mark.parametrize("seen", [pages, second_steps])
def test_chinese_pages_have_no_english_words(province: Flask, seen: object) -> None:
    assert callable(seen)
    found = {
        (word, name)
        for name, page in seen(province, "zh_Hans_CN")
        for word in reading.english(KEY.sub("", page))
        if not re.fullmatch("[0-9a-f]+", word)
    }
    assert found == set()


@pytest.mark.parametrize("seen", [pages, second_steps])
def test_english_pages_have_no_chinese_words(province: Flask, seen: object) -> None:
    assert callable(seen)
    # The name of the person stands on each page.
    known = Client(province).language("en").sign_in(BRANCH, security.KNOWN).get(FACTORS).text
    found = {
        (run, name)
        for name, page in seen(province, "en")
        for run in reading.chinese(page)
        if run not in known
    }
    assert found == set()
