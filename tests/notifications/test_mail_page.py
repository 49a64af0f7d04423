"""The page that shows written mail where no mail server is configured: who reads it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from booking.audit import Action
from booking.web import loopback
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, ROOT, WANG, Cast
from tests.notifications.conftest import round_of_work

_DATE = re.compile(r'<tr><th scope="row">(?:Date|日期)</th><td>([^<]*)</td>')


def test_the_date_reads_as_every_other(app: Flask, people: Cast, time: Time) -> None:
    factories.requested(app, people)
    round_of_work(app, time)
    browser = Client(app).sign_in(ROOT)

    assert _DATE.findall(browser.get("/mail/1").text) == ["2026年11月23日（周一）10:00"]
    assert _DATE.findall(browser.language("en").get("/mail/1").text) == ["Mon 23 Nov 2026, 10:00"]


PAGES = ("/mail", "/mail/1")


@pytest.fixture
def written(app: Flask, people: Cast, time: Time) -> None:
    """A mail in the folder."""
    factories.requested(app, people)
    round_of_work(app, time)


def loaded(app: Flask) -> None:
    """The database holds the demonstration."""
    with app.app_context():
        loopback.mark_demonstration()


@pytest.mark.usefixtures("written")
class TestReaders:
    """Mail holds links that set anybody's password."""

    @pytest.mark.parametrize("path", PAGES)
    def test_administrators_only(self, app: Flask, people: Cast, path: str) -> None:
        anonymous = Client(app).get(path)
        statuses = {
            email: Client(app).sign_in(email).get(path).status_code
            for email in (LI, CHEN, WANG, ROOT)
        }

        assert (anonymous.status_code, anonymous.location) == (302, f"/login?next={path}")
        assert statuses == {LI: 403, CHEN: 403, WANG: 403, ROOT: 200}

    @pytest.mark.parametrize("path", PAGES)
    def test_the_demonstration_on_ones_own_machine_is_open(self, app: Flask, path: str) -> None:
        loaded(app)

        assert Client(app).get(path).status_code == 200

    @pytest.mark.parametrize(
        ("headers", "client"),
        [
            ({}, "192.0.2.7"),
            ({"Host": "yueke.example.org"}, "127.0.0.1"),
            ({"Host": "rebound.example:8000"}, "127.0.0.1"),
            ({"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1"),
            ({"X-Forwarded-Host": "localhost"}, "127.0.0.1"),
            ({"Forwarded": "for=192.0.2.7"}, "127.0.0.1"),
            ({"Via": "1.1 proxy"}, "127.0.0.1"),
        ],
    )
    def test_from_elsewhere_it_is_closed(
        self, app: Flask, headers: dict[str, str], client: str
    ) -> None:
        loaded(app)

        answers = [
            Client(app).get(path, headers=headers, environ_overrides={"REMOTE_ADDR": client})
            for path in PAGES
        ]

        # Another host name is refused before anything else.
        expected = 400 if "Host" in headers else 302
        assert [answer.status_code for answer in answers] == [expected] * len(PAGES)

    def test_opening_it_is_recorded(self, app: Flask, people: Cast) -> None:
        root = Client(app).sign_in(ROOT)
        for path in PAGES:
            root.get(path)

        found = entries(app, Action.MAIL_READ)
        assert [(one.actor_id, one.subject_id) for one in found] == [
            (people.root, None),
            (people.root, 1),
        ]

    def test_the_menu_names_it_to_those_who_may(self, app: Flask, people: Cast) -> None:
        link = 'href="/mail"'
        before = [link in Client(app).get("/").text, link in Client(app).sign_in(LI).get("/").text]
        loaded(app)

        assert (before, link in Client(app).get("/").text) == ([False, False], True)
        assert link in Client(app).sign_in(ROOT).get("/").text


@pytest.mark.usefixtures("written")
class TestReachable:
    """The server listens to other machines."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"HOST": "0.0.0.0"}

    def test_not_even_this_machine_reads_it_without_signing_in(self, app: Flask) -> None:
        loaded(app)

        assert Client(app).get("/mail").status_code == 302


def test_another_database_in_the_same_folder_is_no_demonstration(app: Flask) -> None:
    loaded(app)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///another.db"

    with app.app_context():
        assert not loopback.has_demonstration()
