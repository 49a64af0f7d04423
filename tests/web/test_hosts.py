"""A request under a wrong or malformed host gets a plain 400, and no address is made of it."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask_security import url_for_security
from jinja2 import DictLoader, UndefinedError
from sqlalchemy import select

from booking.accounts.datastore import datastore
from booking.accounts.security import MAIL_TEMPLATES, page_or_mail
from booking.db import db
from booking.notifications.models import Delivery
from booking.notifications.password_resets import write_mails
from booking.web.origins import Addresses, known_host
from tests import databases, factories
from tests.browser import Client
from tests.factories import LI, Cast
from tests.i18n import reading

BROKEN = (
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "evil-localhost",
    "a" * 64,
    "a" * 64 + ".example",
    "a" * 5000,
    ".".join(["a"] * 200),
    "",
    " ",
    ".",
    "..",
    "localhost,evil.example",
    "localhost:80:80",
    "localhost:x",
    "localhost@evil.example",
    "localhost/evil.example",
    "localhost\\evil.example",
    "évil.example",
    "xn--evil-\x7f",
    "[::1",
    "[zz]",
    "[evil.example]",
    "0",
)
PAGES = ("/", "/login", "/lectures/1", "/nothing/here", "/static/app.css", "/api/v1/instructors",
         "/feed/x.ics", "/api/v1/nothing")  # fmt: skip


@pytest.mark.parametrize("host", BROKEN)
def test_a_broken_host_is_a_short_400(
    app: Flask, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = app.test_client()
    for path in PAGES:
        for header in ({"Host": host}, {"Host": host, "X-Forwarded-Host": host}):
            answer = browser.get(path, headers=header)

            assert (path, answer.status_code) == (path, 400)
            assert "http://localhost" in answer.text
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.post("/login", headers={"Host": host}).status_code == 400
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


def test_the_page_says_where_to_go_in_the_language_of_the_site(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    """No cookie comes with such a request, so nobody's own choice is known."""
    wrong = {"Host": "evil.example"}
    chinese = app.test_client().get("/", headers=wrong).text
    with databases.running(database_url, tmp_path, {"LANGUAGES": "en"}) as other:
        english = other.test_client().get("/", headers=wrong).text

    assert "本站没有此网址。请打开 http://localhost。" in chinese
    assert "This site does not have this address. Open http://localhost." in english


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:9000", "[::1]:80"])
def test_the_machine_itself_is_known_in_development(app: Flask, host: str) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == 200


class TestProduction:
    """Behind a proxy, under a name of its own."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        """A public installation with a second name."""
        return {
            "APP_ENV": "production",
            "SMTP_URL": "smtp://localhost:25",
            "MAIL_FROM": "yueke@yueke.example.org",
            "BASE_URL": "https://yueke.example.org",
            "TRUSTED_HOSTS": "www.example.org, .intern.example.org",
            "SECRET_KEY": "Zk3vQ9_pX7mT2wLr8dYcB5nHs6JgFa4eUo1iRxVtKq0",
        }

    @pytest.mark.parametrize(
        ("host", "status"),
        [
            ("yueke.example.org", 200),
            ("yueke.example.org:443", 200),
            ("www.example.org", 200),
            ("a.intern.example.org", 200),
            ("localhost", 400),
            ("127.0.0.1:8000", 400),
            ("example.org", 400),
        ],
    )
    def test_only_its_names_are_known(self, app: Flask, host: str, status: int) -> None:
        assert app.test_client().get("/", headers={"Host": host}).status_code == status

    def test_what_a_proxy_passes_on_is_checked_too(self, app: Flask) -> None:
        headers = {"Host": "yueke.example.org", "X-Forwarded-Host": "evil.example"}

        assert app.test_client().get("/", headers=headers).status_code == 400

    def test_addresses_come_from_the_setting(self, app: Flask) -> None:
        with app.test_request_context("/", headers={"Host": "www.example.org"}):
            inside = url_for("security.login", _external=True)
        with app.app_context():
            outside = url_for("security.login", _external=True)

        assert inside == outside == "https://yueke.example.org/login"


def test_without_a_host_the_address_of_the_server_counts() -> None:
    names = ("yueke.example.org",)

    assert known_host("127.0.0.1", names, Addresses.LOOPBACK)
    assert not known_host("127.0.0.1", names, Addresses.NONE)
    assert not known_host("192.168.1.5", names, Addresses.LOOPBACK)
    assert known_host("192.168.1.5:8000", names, Addresses.ANY)
    assert not known_host("evil.example", names, Addresses.ANY)


def test_who_opens_the_port_to_a_network_is_reached_by_its_address(
    database_url: str, tmp_path: Path
) -> None:
    with databases.running(database_url, tmp_path, {"HOST": "0.0.0.0"}) as app:
        browser = app.test_client()
        answers = {
            host: browser.get("/", headers={"Host": host}).status_code
            for host in ("192.168.1.5:8000", "evil.example")
        }

    assert answers == {"192.168.1.5:8000": 200, "evil.example": 400}


def test_a_reset_link_leads_to_the_public_address(database_url: str, tmp_path: Path) -> None:
    """The form is sent under another accepted name, here that of the machine."""
    with databases.running(
        database_url, tmp_path, {"BASE_URL": "https://yueke.example.org"}
    ) as app:
        factories.invite(app)
        # Such cookies are kept for https only.
        app.config["SESSION_COOKIE_SECURE"] = False
        answer = Client(app).post("/reset", {"email": LI}, headers={"Host": "localhost"})
        with app.app_context():
            write_mails(factories.NOW)
            mail = db.session().scalars(select(Delivery)).one().message

    assert answer.status_code == 200
    links = set(re.findall(r"https?://[^/\s\"]+", reading.mail(mail or b"")))
    assert links == {"https://yueke.example.org"}


HOSTILE = {"base_url": "http://evil.example", "headers": {"X-Forwarded-Host": "evil.example"}}


def test_no_template_of_a_mail_makes_an_address_of_the_request(app: Flask, people: Cast) -> None:
    app.config["BASE_URL"] = "https://yueke.example.org"
    names = [one for one in app.jinja_env.list_templates() if one.startswith(MAIL_TEMPLATES)]
    with app.app_context():
        user = datastore.find_user(email=LI)
    assert len(names) > 20
    for name in names:
        with app.test_request_context("/reset", **HOSTILE):
            link = url_for_security("reset_password", token="x", _external=True)
            values = _EveryLink(
                link, user=user, security=app.extensions["security"], at=factories.NOW
            )
            text = page_or_mail(name, **values)
        assert "evil.example" not in text, name


@pytest.mark.parametrize("text", ["{{ request.host_url }}", "{{ session.x }}", "{{ g.actor }}"])
def test_a_mail_that_looks_at_the_request_is_an_error(app: Flask, text: str) -> None:
    app.jinja_env.loader = DictLoader({f"{MAIL_TEMPLATES}new.txt": text})
    with app.test_request_context("/"), pytest.raises(UndefinedError):
        page_or_mail(f"{MAIL_TEMPLATES}new.txt")


class _EveryLink(dict[str, object]):
    """The values of every mail of the library: whatever is called a link is one of ours."""

    def __init__(self, link: str, **more: object) -> None:
        names = ("reset_link", "confirmation_link", "login_link", "verify_link", "link")
        super().__init__(dict.fromkeys(names, link) | more)
