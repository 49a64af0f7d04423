"""The mail server on the web: stored safely, tried out, refused in clear sentences."""

from __future__ import annotations

import logging
import re
import time as stopwatch
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask

from booking import crypto
from booking.db import db, unit_of_work
from booking.notifications.transmission import transports
from booking.notifications.transmission.delivery import deliver
from booking.settings import mail_server, queries
from booking.settings.models import StoredSetting
from tests.browser import Client
from tests.conftest import Time
from tests.databases import SECRET_KEY
from tests.factories import NOW, ROOT, Cast
from tests.mailbox import Mailbox
from tests.notifications.broken import HANG_UP, SILENT, serving
from tests.test_commands import run, told

PASSWORD = "geheim & 甲乙丙"
_ERROR = re.compile(r'<div class="field-error" id="(\w+)-error">(.*?)</div>', re.S)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def typed(port: int, **more: str) -> dict[str, str]:
    usual = {
        "mail_server": "127.0.0.1", "mail_security": "smtp", "mail_port": str(port),
        "mail_user": "", "mail_password": "", "mail_from": "platform@example.org",
        "recipient": "root@example.org",
    }  # fmt: skip
    return usual | more


def refusals(page: str) -> dict[str, str]:
    return {name: unescape(text).strip() for name, text in _ERROR.findall(page)}


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).sign_in(ROOT).language("en")


def test_a_test_mail_arrives(app: Flask, root: Client, smtp: Mailbox) -> None:
    response = root.post("/manage/mail", typed(smtp.port) | {"test": "1"})

    assert response.location == "/manage/mail"
    assert "the server has taken the test mail to root@example.org" in root.get("/manage/mail").text
    [mail] = smtp.messages
    assert (mail["To"], mail["Subject"]) == ("root@example.org", "Yueke: test mail")
    assert "platform@example.org" in mail["From"]


def test_mail_goes_out_by_it(app: Flask, root: Client, smtp: Mailbox, time: Time) -> None:
    root.post("/manage/settings/site", {"site_name": "汀兰平台", "site_name_en": "Tinglan"})
    root.post("/manage/mail", typed(smtp.port))
    assert 'href="/mail"' not in root.get("/").text
    Client(app).language("en").post("/reset", {"email": ROOT})
    with app.app_context():
        assert deliver(time.now) == 1
    [mail] = smtp.messages
    assert mail["Subject"] == "Tinglan: set a new password"
    assert "Tinglan" in mail["From"]


def test_a_password_is_never_shown_and_kept_where_nothing_is_typed(
    app: Flask, root: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    values = typed(2525, mail_user="post@example.org")
    root.post("/manage/mail", values | {"mail_password": PASSWORD})
    with app.app_context():
        assert mail_server.password() == PASSWORD
        assert mail_server.smtp_url() == (
            "smtp://post%40example.org:geheim%20%26%20%E7%94%B2%E4%B9%99%E4%B8%99@127.0.0.1:2525"
        )
        sealed = db.session().get_one(StoredSetting, "mail_password").value
    pages = [root.get(path).text for path in ("/manage/mail", "/manage/settings", "/audit")]
    assert not any("geheim" in text or sealed in text for text in (*pages, caplog.text))
    root.post("/manage/mail", values | {"mail_port": "25"})
    with app.app_context():
        assert mail_server.password() == PASSWORD


@pytest.mark.parametrize("other", [{"mail_server": "127.0.0.2"}, {"mail_user": "else"}])
def test_it_goes_to_no_other_server(app: Flask, root: Client, other: dict[str, str]) -> None:
    values = typed(2525, mail_user="post")
    root.post("/manage/mail", values | {"mail_password": PASSWORD})
    root.post("/manage/mail", values | other)
    with app.app_context():
        assert mail_server.password() == ""


def test_a_password_of_another_key_is_asked_for_again(app: Flask, root: Client) -> None:
    box = crypto.Box(["another key"], purpose="mail password")
    with app.app_context(), unit_of_work() as session:
        session.add(
            StoredSetting(
                key="mail_password",
                value=box.seal(PASSWORD),
                changed_at=queries.current().changes["set_up_at"].at,
                changed_by="",
            )
        )
    with app.app_context():
        queries.forget()
        assert mail_server.password() == ""
    assert "SECRET_KEY was changed" in root.get("/manage/mail").text


def test_an_earlier_key_still_opens_it(app: Flask) -> None:
    with app.app_context():
        sealed = mail_server.box().seal(PASSWORD)
        app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"] = "new" * 20, [SECRET_KEY]
        assert mail_server.box().open(sealed) == PASSWORD


def test_it_is_renewed_with_the_present_key(app: Flask) -> None:
    with app.app_context():
        sealed = mail_server.box().seal(PASSWORD)
        row = {"key": "mail_password", "value": sealed, "changed_at": NOW, "changed_by": ""}
        with unit_of_work() as session:
            session.add(StoredSetting(**row))
        app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"] = "new" * 20, [SECRET_KEY]
        assert told(run(app, "user", "renew-factors"))[0] == 0
        app.config["SECRET_KEY_FALLBACKS"] = []
        queries.forget()
        assert mail_server.password() == PASSWORD


def _refusing(verb: str, answer: str) -> Callable[[str, str], str]:
    return lambda asked, _recipient: answer if asked == verb else ""


TROUBLES: list[tuple[Callable[[str, str], str], dict[str, str], str, str]] = [
    (
        _refusing("AUTH", "535 5.7.8 wrong <b>code</b>"),
        {"mail_user": "post", "mail_password": "x"},
        "mail_user",
        "The server refused user name and password. Many providers want an authorisation code "
        "instead of the password. It answered: 535 5.7.8 wrong <b>code</b>",
    ),
    (
        _refusing("MAIL", "553 not your address"),
        {},
        "mail_from",
        "The server refused the mail; often the sender must be the address of the user. "
        "It answered: 553 not your address",
    ),
    (
        _refusing("RCPT", "550 nobody here"),
        {},
        "recipient",
        "The server refused the recipient. It answered: 550 nobody here",
    ),
    (
        _refusing("END", "554 looks like spam"),
        {},
        "mail_from",
        "The server refused the mail; often the sender must be the address of the user. "
        "It answered: 554 looks like spam",
    ),
    (
        _refusing("CONNECT", HANG_UP),
        {},
        "mail_port",
        "The server did not answer within 8 seconds, or hung up. "
        "Compare port and encryption with your provider's help.",
    ),
    (
        _refusing("STARTTLS", "454 not now"),
        {"mail_security": "smtp+starttls"},
        "mail_from",
        "The server refused the mail; often the sender must be the address of the user. "
        "It answered: 454 not now",
    ),
    (
        _refusing("", ""),
        {"mail_security": "smtps"},
        "mail_security",
        "No encrypted connection was made: the encryption does not fit the port, or the server's "
        "certificate is not valid for this name.",
    ),
]


@sqlite_only
@pytest.mark.parametrize(("trouble", "more", "field", "sentence"), TROUBLES)
def test_a_refusal_is_told_at_its_field(
    app: Flask,
    root: Client,
    trouble: Callable[[str, str], str],
    more: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    with serving() as server:
        server.trouble = trouble
        response = root.post("/manage/mail", typed(server.port, **more) | {"test": "1"})

    assert response.status_code == 422
    assert refusals(response.text) == {field: sentence}
    assert "The settings are saved, but the test mail did not go out." in response.text


@sqlite_only
def test_nobody_listens(root: Client) -> None:
    response = root.post("/manage/mail", typed(9) | {"test": "1"})
    assert refusals(response.text) == {
        "mail_port": "The server accepts no connection at this port. Try 465 or 587."
    }


@sqlite_only
def test_a_silent_server_is_given_up_soon(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    patience = transports.Patience(answer=0.3, opening=0.5, mail=0.5)
    monkeypatch.setattr("booking.notifications.transmission.transports.TRIAL", patience)
    began = stopwatch.monotonic()
    with serving() as server:
        server.trouble = _refusing("CONNECT", SILENT)
        response = root.post("/manage/mail", typed(server.port) | {"test": "1"})
    assert set(refusals(response.text)) == {"mail_port"}
    assert stopwatch.monotonic() - began < 5
    assert transports.TRIAL.opening + transports.TRIAL.mail <= 20


@sqlite_only
@pytest.mark.parametrize(
    ("name", "value"),
    [("mail_server", "smtp://a"), ("mail_port", "0"), ("mail_from", ""), ("recipient", "a b")],
)
def test_what_is_typed_wrongly(app: Flask, root: Client, name: str, value: str) -> None:
    response = root.post("/manage/mail", typed(2525) | {name: value, "test": "1"})
    assert (response.status_code, set(refusals(response.text))) == (422, {name})
    with app.app_context():
        assert mail_server.smtp_url() is None


@sqlite_only
def test_without_a_server_there_is_no_test(root: Client) -> None:
    response = root.post("/manage/mail", typed(465, mail_server="") | {"test": "1"})
    assert refusals(response.text) == {"mail_server": "Name the mail server first."}


class TestProduction:
    """A public installation without a mail server."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {
            "APP_ENV": "production",
            "SECRET_KEY": "yMZ2-q0wVw3xXnG1rT8uKp5LdAeSbJfHc7oI",
            "BASE_URL": "https://yueke.example.org",
        }

    @sqlite_only
    def test_mail_waits_until_there_is_one(
        self, app: Flask, people: Cast, smtp: Mailbox, time: Time
    ) -> None:
        from booking.accounts import service as accounts
        from booking.settings import service
        from booking.settings.engine.mail_declarations import MAIL_PORT, MAIL_SECURITY, MAIL_SERVER

        with app.app_context():
            with unit_of_work() as session:
                accounts.ask_for_reset(session, email=ROOT, language="en", now=time.now)
            assert deliver(time.now) == 0
            values: list[tuple[Any, object]] = [
                (MAIL_SERVER, "127.0.0.1"), (MAIL_PORT, smtp.port), (MAIL_SECURITY, "smtp")
            ]  # fmt: skip
            with unit_of_work() as session:
                for setting, value in values:
                    service.change(session, setting, value, now=time.now)
            assert deliver(time.now) == 1
        assert [mail["To"] for mail in smtp.messages] == [ROOT]


class TestSetByTheMachine:
    """SMTP_URL is set, MAIL_FROM is not."""

    @pytest.fixture
    def environment(self, smtp: Mailbox) -> dict[str, str]:
        return {"SMTP_URL": smtp.url}

    @sqlite_only
    def test_only_the_sender_is_asked_for(self, app: Flask, root: Client, smtp: Mailbox) -> None:
        page = root.get("/manage/mail").text
        names = re.findall(r'name="(mail_\w+|recipient)"', page)
        assert names == ["mail_from", "recipient"]
        assert "the variable SMTP_URL is in force" in page
        values = typed(9, mail_from="own@example.org") | {"test": "1"}
        assert root.post("/manage/mail", values).status_code == 303
        assert [envelope.mail_from for envelope in smtp.envelopes] == ["own@example.org"]
