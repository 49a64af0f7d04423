"""No contact value leaves: a canary's number and address are looked for everywhere."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.engine.roles import Role
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact
from booking.lectures.engine.states import Command, Party
from booking.notifications.models import Delivery
from booking.notifications.transmission.delivery import deliver
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.attacks.contents import text_of
from tests.browser import Client
from tests.conftest import Time
from tests.extent import WHOLE
from tests.factories import DISTRICT, LI, ROOT, WANG, ZHAO, Cast, Teacher, at
from tests.mailbox import read

PHONE, ADDRESS = "12000007351", "canary@example.org"
ACCOUNT = "bird@example.org"
PIECES = (PHONE, "1200000", ADDRESS)
LAST_DIGITS = re.compile(r"(?<![0-9A-WYZa-wyz])7351(?![0-9A-Za-z-])")
"""The end of the number after a mask such as 120****7351 or 120xxxx7351.

Four digits alone also occur by chance inside what is drawn at random: MIME boundaries, tokens and
UUIDs. There they have letters, digits or a hyphen beside them.
"""
OWN_PAGES = {
    "/consents", "/consents/first",
    "/me", "/me/data/contacts", "/me/export.json", "/me/export.xlsx",
}  # fmt: skip
"""Pages that show people their own contacts: to say who sees them, and what is stored."""
LINK = re.compile(r'(?:href|action|formaction)="(/[^"#]*)')
TIMES_EACH = 2 if WHOLE else 1
"""How often one path is opened with different queries: weeks and pages go on for ever."""


@pytest.fixture
def canary(app: Flask, people: Cast) -> Teacher:
    """An instructor with contacts and a lecture of each kind with Li's branch."""
    with app.app_context(), unit_of_work() as session:
        contacts = ((Channel.PHONE, PHONE), (Channel.EMAIL, ADDRESS))
        bird = factories.make_instructor(session, "金丝雀", region=DISTRICT, contacts=contacts)
        factories.open_hours(session, bird)
        user = factories.make_user(session, ACCOUNT, "金丝雀", Role.INSTRUCTOR, instructor_id=bird)
        teacher = Teacher(bird, instructors.topic_ids(session, bird)[0], user.id)
    own = {"instructor_id": teacher.id, "topic_id": teacher.topic}
    factories.requested(app, people, at(3, 9), **own)
    factories.confirmed(app, people, at(4, 9), **own)
    declined = factories.requested(app, people, at(7, 9), **own)
    cancelled = factories.confirmed(app, people, at(8, 9), **own)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, declined, Command.DECLINE, Party.INSTRUCTOR)
        factories.move(session, cancelled, Command.CANCEL, Party.BRANCH)
    return teacher


def _leaks(text: str) -> list[str]:
    shown = unescape(text)
    return [piece for piece in PIECES if piece in shown] + LAST_DIGITS.findall(shown)


@pytest.mark.parametrize("masked", ["120****7351", "120xxxx7351", "120 0000 7351", "0000-7351。"])
def test_a_masked_number_is_a_leak(masked: str) -> None:
    assert _leaks(f"Call {masked}") == ["7351"]


@pytest.mark.parametrize("drawn", ["===3847351926==", "fca6c5c8-7351-4e1c-9a5b", "x9_7351Qa"])
def test_digits_drawn_at_random_are_no_leak(drawn: str) -> None:
    assert _leaks(drawn) == []


def _crawl(client: Client, app: Flask) -> dict[str, list[str]]:
    """What leaks on every page that can be reached, by address."""
    start = [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments]
    waiting = [path for path in start if not path.startswith("/logout")]
    seen: set[str] = set()
    opened: Counter[str] = Counter()
    leaks: dict[str, list[str]] = {}
    while waiting:
        path = waiting.pop()
        bare = path.partition("?")[0]
        unwanted = bare.startswith(("/logout", "/language", "/theme", "/static"))
        if path in seen or opened[bare] >= TIMES_EACH or unwanted:
            continue
        seen.add(path)
        opened[bare] += 1
        response = client.get(path)
        assert response.status_code < 500, path
        found = _leaks(text_of(response)) + _leaks(str(response.headers))
        if found:
            leaks[path] = found
        waiting += [unescape(link) for link in LINK.findall(text_of(response))]
    assert len(seen) > 10
    return leaks


@pytest.mark.parametrize(
    "email", [None, LI, ZHAO, ACCOUNT, WANG, ROOT] if WHOLE else [None, LI, ACCOUNT, WANG]
)
def test_no_page_shows_the_canary(
    app: Flask,
    canary: Teacher,
    time: Time,
    email: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with app.app_context():
        assert deliver(time.now) > 0
    client = Client(app)
    if email is not None:
        client.sign_in(email)
    leaks = _crawl(client, app)
    assert {path: found for path, found in leaks.items() if not _is_due(email, path, found)} == {}
    shown = {path.partition("?")[0] for path in leaks}
    assert shown >= (OWN_PAGES if email == ACCOUNT else set())
    assert _leaks(caplog.text) == []


def _is_due(email: str | None, path: str, found: list[str]) -> bool:
    """Whether the table of visibility gives this: the own contacts, masks to coordinators."""
    bare = path.partition("?")[0]
    if email == ACCOUNT:
        return bare in OWN_PAGES or bare.startswith("/contacts")
    return email in (WANG, ROOT) and bare.startswith("/contacts") and set(found) == {"7351"}


def test_no_feed_or_file_shows_the_canary(app: Flask, canary: Teacher, people: Cast) -> None:
    owners = {ACCOUNT: f"instructor-{canary.id}", LI: f"branch-{people.li.id}"}
    for email, calendar in owners.items():
        client = Client(app).sign_in(email)
        shown = client.post("/feeds/new", {"calendar": calendar}).text
        feed = re.search(r"/feed/[\w-]+\.ics", shown)
        assert feed is not None
        body = client.get(feed[0]).text
        assert body.count("BEGIN:VEVENT") == 2
        assert _leaks(_unfolded(body)) == []


def test_no_mail_or_event_shows_the_canary(
    app: Flask, canary: Teacher, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with app.app_context():
        payloads = db.session.scalars(select(OutboxEvent.payload)).all()
        assert len(payloads) == 8
        assert _leaks(json.dumps(list(payloads), ensure_ascii=False)) == []
        sent = deliver(time.now)
        recipients = set(db.session.scalars(select(Delivery.recipient)))
        db.session.remove()
    assert recipients == {ACCOUNT, LI}
    mails = sorted((Path(app.instance_path) / "mail").glob("*.eml"))
    assert len(mails) == sent > 0
    for path in mails:
        assert _leaks(_whole(read(path.read_bytes()))) == []
    assert _leaks(caplog.text) == []


def test_a_search_for_the_number_finds_nobody(app: Flask, canary: Teacher, client: Client) -> None:
    path = f"/instructors/{canary.id}"
    assert path in client.get("/instructors", query_string={"q": "金丝雀"}).text
    for words in (PHONE, "7351", ADDRESS):
        assert path not in client.get("/instructors", query_string={"q": words}).text


def _whole(mail: EmailMessage) -> str:
    """Headers and every decoded part."""
    parts = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]
    return _unfolded("\n".join([*map(str, mail.values()), *parts]))


def _unfolded(calendar: str) -> str:
    return calendar.replace("\r\n ", "").replace("\n ", "")


def test_the_canary_is_really_in_the_database(app: Flask, canary: Teacher) -> None:
    with app.app_context():
        values = db.session.scalars(select(Contact.value).order_by(Contact.id)).all()
    assert values == [PHONE, ADDRESS]
