"""Messages between the two sides of a lecture are passed on without an address of either."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from booking.accounts.models import User
from booking.contacts.threads.engine.events import LONGEST_MESSAGE
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.settings import service as settings
from booking.settings.engine.contact_declarations import MESSAGES_PER_DAY
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.contacts import reaching
from tests.contacts.reaching import BRANCH_PHONE, MAIL, PHONE
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, ZHAO, ZHOU, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.races import at_once

QUESTION, ANSWER = "请问会场有投影吗？", "有，音响也有。"


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url, "MAIL_FROM": "platform@example.org"}


@pytest.fixture
def number(app: Flask, people: Cast) -> str:
    reaching.prepare(app, people, consents=False)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).values(language="en"))
    return factories.confirmed(app, people)


def client(app: Flask, email: str | None) -> Client:
    one = Client(app).language("en")
    return one if email is None else one.sign_in(email)


def received(app: Flask, smtp: Mailbox, time: Time) -> dict[str, str]:
    """All of each mail, headers included, by recipient, since the last look."""
    round_of_work(app, time)
    found = {}
    for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True):
        part = mail.get_body(("plain",))
        assert part is not None
        headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
        found[envelope.rcpt_tos[0]] = f"{headers}\n\n{part.get_content()}"
    smtp.envelopes.clear()
    return found


def test_both_ways_without_an_address(
    app: Flask, time: Time, people: Cast, number: str, smtp: Mailbox
) -> None:
    received(app, smtp, time)
    li, chen = client(app, LI), client(app, CHEN)
    sent = li.post(f"/lectures/{number}/message", {"text": QUESTION})
    assert sent.status_code == 303
    thread = sent.location
    mails = received(app, smtp, time)
    assert set(mails) == {CHEN}
    assert QUESTION in mails[CHEN]
    assert f"http://localhost{thread}" in mails[CHEN]
    assert "From: Yueke <platform@example.org>" in mails[CHEN]
    for hidden in (LI, BRANCH_PHONE, "Reply-To"):
        assert hidden not in mails[CHEN]

    assert QUESTION in chen.get(thread).text
    time.now = NOW + timedelta(minutes=5)
    assert chen.post(f"{thread}/answer", {"text": ANSWER}).status_code == 303
    mails = received(app, smtp, time)
    assert set(mails) == {LI}
    assert ANSWER in mails[LI]
    for hidden in (CHEN, PHONE, MAIL, "Reply-To"):
        assert hidden not in mails[LI]
    page = li.get(thread).text
    assert (QUESTION in page, ANSWER in page) == (True, True)
    assert f'href="{thread}"' in li.get(f"/lectures/{number}").text


@pytest.mark.parametrize("email", [ZHAO, ZHOU, SUN, WANG, ROOT])
def test_nobody_else_reads_it(app: Flask, people: Cast, number: str, email: str) -> None:
    thread = client(app, LI).post(f"/lectures/{number}/message", {"text": QUESTION}).location
    other = client(app, email)
    status = 403 if email in (SUN, WANG, ROOT) else 404
    assert other.get(thread).status_code == status
    assert other.post(f"{thread}/answer", {"text": "x"}).status_code == status
    assert QUESTION not in other.get("/messages").text


@pytest.mark.parametrize("text", ["", " \u200b", "长" * (LONGEST_MESSAGE + 1)])
def test_what_is_no_message(app: Flask, people: Cast, number: str, text: str) -> None:
    li = client(app, LI)
    refused = li.post(f"/lectures/{number}/message", {"text": text})
    assert refused.status_code == 422
    if text.strip("\u200b "):
        assert text in refused.text


def test_a_day_has_a_limit(app: Flask, time: Time, people: Cast, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        settings.change(session, MESSAGES_PER_DAY, 2, now=NOW)
    li = client(app, LI)
    thread = li.post(f"/lectures/{number}/message", {"text": QUESTION}).location
    assert li.post(f"{thread}/answer", {"text": "1"}).status_code == 303
    refused = li.post(f"{thread}/answer", {"text": "KEPT"})
    assert (refused.status_code, "KEPT" in refused.text) == (429, True)
    assert client(app, CHEN).post(f"{thread}/answer", {"text": "2"}).status_code == 303
    time.now = NOW + timedelta(days=1)
    assert li.post(f"{thread}/answer", {"text": "3"}).status_code == 303


def test_the_limit_holds_at_once(app: Flask, people: Cast, number: str) -> None:
    from booking.contacts.threads import service
    from booking.contacts.threads.engine.events import ThreadSide

    sender = service.Sender(people.li.user, "李静", ThreadSide.BRANCH, 3)
    parts = service.Parts(number, people.chen.id, people.li.id)

    def send() -> None:
        with app.app_context():
            try:
                with unit_of_work() as session:
                    service.send(session, parts, text=QUESTION, sender=sender, now=NOW)
            finally:
                db.session.remove()

    send()
    assert at_once(*[send] * 5).count(True) == 2


def test_an_instructor_without_an_account_is_not_reached(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        other = factories.make_instructor(session, "孤鸿")
        factories.open_hours(session, other)
        topic = instructors.topic_ids(session, other)[0]
    number = factories.confirmed(app, people, instructor_id=other, topic_id=topic)
    li = client(app, LI)
    assert "The other side has no account" in li.get(f"/lectures/{number}").text
    refused = li.post(f"/lectures/{number}/message", {"text": "KEPT"})
    assert (refused.status_code, "KEPT" in refused.text) == (409, True)
