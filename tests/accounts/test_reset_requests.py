"""A forgotten password: the page tells nobody who has an account, and floods no mailbox."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.models import ResetRequest, User
from booking.db import db, unit_of_work
from booking.notifications.models import Delivery
from booking.notifications.transmission.delivery import deliver
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import LI, ZHAO, Cast
from tests.mailbox import read

UNMAILABLE = "用户@example.org"
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("email", ["nobody@example.org", f"{'x' * 60}@{'long.' * 30}org"])
def test_the_work_before_the_answer_is_the_same_for_all(
    app: Flask, people: Cast, queries: QueryCount, email: str
) -> None:
    seen = []
    for address in (LI, email):
        client = Client(app)
        form = {"email": address, "csrf_token": client.token()}
        with queries() as one:
            assert client.post("/reset", form, csrf=False).status_code == 200
        seen.append(list(one))

    assert seen[0] == seen[1]
    assert not any("delivery" in statement.lower() for statement in seen[0])
    with app.app_context():
        # No password is hashed and no mail written before the worker comes round.
        assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_fifteen_requests_are_three_mails(app: Flask, people: Cast, time: Time) -> None:
    client = Client(app)
    for _ in range(15):
        client.post("/reset", {"email": LI})
    client.post("/reset", {"email": ZHAO})

    with app.app_context():
        assert deliver(time.now) == 3 + 1
        assert db.session.scalar(select(func.count()).select_from(ResetRequest)) == 0
    time.now += timedelta(minutes=61)
    client.post("/reset", {"email": LI})
    with app.app_context():
        assert deliver(time.now) == 1


class TestPerClient:
    """The limits as they are by default."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"RATE_LIMITS": "on"}

    @sqlite_only
    @pytest.mark.parametrize("email", [LI, "nobody@example.org"])
    def test_one_address_asks_thirty_times_an_hour(
        self, app: Flask, people: Cast, email: str
    ) -> None:
        client = Client(app)
        told = [client.post("/reset", {"email": email}) for _ in range(31)]
        assert [one.status_code for one in told] == [200] * 30 + [429]
        assert int(told[-1].headers["Retry-After"]) > 0
        assert client.get("/reset").status_code == 200


@sqlite_only
def test_the_link_leads_to_the_address_of_the_settings(
    app: Flask, people: Cast, time: Time
) -> None:
    client = Client(app)
    client.post("/reset", {"email": LI}, headers={"X-Forwarded-Host": "evil.example"})
    with app.app_context():
        deliver(time.now)
        folder = app.instance_path
    [file] = (Path(folder) / "mail").glob("*.eml")
    body = read(file.read_bytes()).get_body(("plain",))
    assert body is not None
    links = re.findall(r"https?://\S+", body.get_content())
    assert [link.partition("/reset/")[0] for link in links] == ["http://localhost"]


def test_a_request_that_cannot_be_answered_holds_up_no_other_mail(
    app: Flask, people: Cast, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    """Such an account was possible once: no mail can be written to it."""
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.zhao.user).email = UNMAILABLE
    factories.requested(app, people)
    for email in (UNMAILABLE, LI):
        with app.app_context(), unit_of_work() as session:
            session.add(ResetRequest(email=email, asked_at=time.now))

    with app.app_context():
        # To Chen and Li about the lecture, and to Li.
        assert deliver(time.now) == 3
        assert db.session.scalar(select(func.count()).select_from(ResetRequest)) == 0
    assert "a request for a new password cannot be answered" in caplog.text


@sqlite_only
def test_addresses_to_which_no_mail_can_be_written_are_refused(app: Flask, people: Cast) -> None:
    client = Client(app)
    made = app.test_cli_runner().invoke(args=["user", "create", UNMAILABLE, "--admin"])

    assert client.post("/reset", {"email": UNMAILABLE}).status_code == 422
    assert made.exit_code != 0
