"""Mail is turned off by one click, as mail programs do it (RFC 8058)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask

from booking.accounts.models import User
from booking.db import db
from booking.notifications.choices import service
from booking.notifications.choices.engine.preferences import DigestRhythm
from booking.notifications.choices.engine.unsubscribe_links import Unsubscribing, sign
from booking.notifications.choices.engine.ways import NECESSARY, MessageWay, Ways
from booking.notifications.engine.kinds import MessageKind
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.choices.choosing import NO_MAIL, choose, chosen, preferred
from tests.notifications.conftest import round_of_work

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
OPTIONAL = sorted(set(MessageKind) - NECESSARY)


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server, and is reached by https."""
    return {"SMTP_URL": smtp.url, "BASE_URL": "https://localhost"}


def _path(app: Flask, user_id: int, kind: MessageKind) -> str:
    with app.app_context():
        token = sign(Unsubscribing(user_id, kind), app.config["SECRET_KEY"])
    return f"/unsubscribe/{token}"


def test_as_a_mail_program_does_it(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> None:
    factories.requested(app, people, at(24, 9))
    round_of_work(app, time)
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in smtp.messages}
    headers = ("List-Unsubscribe", "List-Unsubscribe-Post")
    # A question is necessary, the news that the request was received is not.
    assert [mails[factories.CHEN][name] for name in headers] == [None, None]
    assert mails[LI]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(mails[LI]["List-Unsubscribe"]).strip("<>")
    assert url.startswith("https://localhost/unsubscribe/")

    # The mail provider's server: no cookies, no token, none of the headers of a browser.
    answer = app.test_client().post(
        urlsplit(url).path, data=ONE_CLICK, base_url="https://localhost"
    )
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])
    assert chosen(app, people.li.user) == {MessageKind.PROGRESS: NO_MAIL}
    smtp.envelopes.clear()
    factories.requested(app, people, at(25, 9))
    round_of_work(app, time)
    assert [one.rcpt_tos for one in smtp.envelopes] == [[factories.CHEN]]


@pytest.mark.parametrize("kind", OPTIONAL)
def test_a_link_turns_one_kind_off_and_nothing_else(
    app: Flask, people: Cast, kind: MessageKind
) -> None:
    path = _path(app, people.wang, kind)
    client = app.test_client()
    for _again in range(2):
        assert client.post(path, data=ONE_CLICK, base_url="https://localhost").status_code == 200
        expected = {} if kind is MessageKind.DIGEST else {kind: NO_MAIL}
        assert chosen(app, people.wang) == expected
    assert chosen(app, people.li.user) == {}


def test_looking_at_the_page_turns_nothing_off(app: Flask, people: Cast) -> None:
    path = _path(app, people.li.user, MessageKind.REMINDER)
    client = Client(app)
    for method in ("GET", "HEAD"):
        assert client.open(method, path, base_url="https://localhost").status_code == 200
    assert chosen(app, people.li.user) == {}
    page = client.get(path, base_url="https://localhost").text
    assert "授课提醒" in page
    assert client.post(path, csrf=False, base_url="https://localhost").status_code == 200
    assert chosen(app, people.li.user) == {MessageKind.REMINDER: NO_MAIL}


def test_a_foreign_page_cannot_send_it(app: Flask, people: Cast) -> None:
    path = _path(app, people.li.user, MessageKind.REMINDER)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = app.test_client().post(path, headers=foreign, base_url="https://localhost")
    assert (answer.status_code, chosen(app, people.li.user)) == (403, {})


def test_no_other_route_lets_a_bare_post_pass(app: Flask) -> None:
    exempt = app.extensions["csrf"]._exempt_views  # noqa: SLF001
    assert exempt == {"booking.notifications.choices.views.unsubscribe"}


@pytest.mark.parametrize("token", ["x", "WzEsInJlbWluZGVyIl0.AAAA", ""])
def test_what_is_no_link_is_not_found(app: Flask, people: Cast, token: str) -> None:
    answer = app.test_client().post(
        f"/unsubscribe/{token}", data=ONE_CLICK, base_url="https://localhost"
    )
    assert answer.status_code == 404


def test_of_an_account_that_is_gone(app: Flask, people: Cast) -> None:
    path = _path(app, 9999, MessageKind.REMINDER)
    assert app.test_client().post(path, base_url="https://localhost").status_code == 404


def test_text_messages_stay_and_the_digest_has_no_rhythm(app: Flask, people: Cast) -> None:
    text = Ways(MessageWay.MAIL, text=True)
    choose(app, people.wang, {MessageKind.REMINDER: text}, digest=DigestRhythm.DAILY)
    client = app.test_client()
    for kind in (MessageKind.REMINDER, MessageKind.DIGEST):
        client.post(_path(app, people.wang, kind), base_url="https://localhost")
    assert chosen(app, people.wang) == {MessageKind.REMINDER: Ways(MessageWay.NONE, text=True)}
    assert preferred(app, people.wang).digest is DigestRhythm.NEVER


def test_no_link_for_what_is_necessary(app: Flask, people: Cast) -> None:
    with app.app_context():
        user = db.session().get_one(User, people.li.user)
        headers = {kind: service.unsubscribe_headers(user, kind) for kind in MessageKind}
    assert {kind for kind, found in headers.items() if not found} == NECESSARY
