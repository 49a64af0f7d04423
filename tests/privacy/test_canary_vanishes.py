"""Contacts vanish from the very next response when a consent, a grant or a period ends.

Also for who has the response of a moment before, and asks with its ETag whether it still holds.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from booking.contacts.consents.engine.questions import Question
from booking.db import unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.lectures.engine.states import Command, Party
from booking.visibility.engine.readers import Purpose
from tests import factories
from tests.attacks.contents import text_of
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.conftest import Time
from tests.contacts import consenting, reaching
from tests.extent import WHOLE
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, ZHAO, ZHOU, Cast, at

MOMENT = timedelta(microseconds=1)
READERS = (None, LI, ZHAO, ZHOU, WANG, SUN, ROOT) if WHOLE else (None, LI, ZHOU, WANG)
"""Everybody but the person."""

VALUES = (reaching.PHONE, reaching.MAIL)
UNTIL = NOW + timedelta(days=3)
LECTURE_UNTIL = at(3, 11) + timedelta(days=7)


class World:
    """A lecture of Li with Chen, whose contacts are kept and hidden, and all who might look."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        reaching.prepare(app, cast, consents=False)
        self.number = factories.confirmed(app, cast, at(3, 9))
        self.request = reaching.asked(app, cast)
        self.clients = {email: Client(app, checks_html=False) for email in READERS}
        for email, client in self.clients.items():
            if email is not None:
                client.sign_in(email)
        feed = open_feed(self.clients[LI], "branch", cast.li.id)
        entry = f"/instructors/{cast.chen.id}"
        self.requests = [
            ("GET", "/instructors"), ("GET", "/instructors?q=%E9%99%88"), ("GET", entry),
            ("GET", f"{entry}?month=2026-12"), ("GET", "/api/v1/instructors"),
            ("GET", f"/api/v1{entry}/slots"), ("GET", f"/lectures/{self.number}"),
            ("GET", f"/lectures/{self.number}.ics"), ("GET", feed), ("GET", "/lectures"),
            ("GET", "/contact-requests"), ("GET", f"/contact-requests/{self.request}"),
            ("POST", f"/contact-requests/{self.request}/show"),
            ("POST", f"/lectures/{self.number}/contact"), ("GET", "/contacts"),
            ("GET", f"/contacts/entries/{cast.chen.id}"), ("GET", "/contacts/shown"),
        ]  # fmt: skip
        self._etags: dict[tuple[str | None, str, str], str] = {}
        self._copies: set[tuple[str | None, str]] = set()
        self.answers = 0

    def shown(self) -> set[tuple[str | None, str]]:
        """Who sees a contact of Chen now, and where; each asks as who kept the last response."""
        found = set()
        for email, client in self.clients.items():
            for method, path in self.requests:
                headers = {"Sec-Fetch-Site": "same-origin"}
                headers |= {"If-None-Match": self._etags.get((email, method, path), "*")}
                data = {"csrf_token": client.token()} if method == "POST" else None
                answer = client.open(method, path, headers=headers, data=data)
                assert answer.status_code < 500
                self.answers += 1
                self._etags[email, method, path] = answer.headers.get("ETag", "*")
                # 304 (Not Modified) is wrong where the copy has the value.
                is_held = answer.status_code == 304 and (email, path) in self._copies
                if is_held or any(value in text_of(answer) for value in VALUES):
                    found.add((email, path))
        self._copies = set(found)
        return found


@pytest.fixture
def world(app: Flask, people: Cast) -> World:
    """Nobody is shown anything to begin with."""
    one = World(app, people)
    assert one.shown() == set()
    return one


def test_a_published_contact(app: Flask, people: Cast, world: World) -> None:
    question = Question(Purpose.PUBLISH, Channel.PHONE)
    consenting.give(app, people.chen, question)
    seen = world.shown()
    entry = f"/instructors/{people.chen.id}"
    assert {email for email, path in seen if path == entry} == set(READERS)
    consenting.withdraw(app, people.chen, question)
    assert world.shown() == set()
    assert world.answers == 3 * len(READERS) * len(world.requests)


def test_a_contact_for_lectures(app: Flask, people: Cast, world: World) -> None:
    question = Question(Purpose.LECTURES, Channel.PHONE)
    consenting.give(app, people.chen, question)
    assert world.shown() == {(LI, f"/lectures/{world.number}/contact")}
    consenting.withdraw(app, people.chen, question)
    assert world.shown() == set()


def test_the_period_of_a_lecture(app: Flask, people: Cast, world: World, time: Time) -> None:
    consenting.give(app, people.chen, Question(Purpose.LECTURES, Channel.PHONE))
    shown = {(LI, f"/lectures/{world.number}/contact")}
    assert world.shown() == shown
    time.now = LECTURE_UNTIL - MOMENT
    _sign_in(app, world)
    assert world.shown() == shown
    time.now = LECTURE_UNTIL
    assert world.shown() == set()


def test_a_cancelled_lecture(app: Flask, people: Cast, world: World) -> None:
    consenting.give(app, people.chen, Question(Purpose.LECTURES, Channel.PHONE))
    assert world.shown() == {(LI, f"/lectures/{world.number}/contact")}
    with app.app_context(), unit_of_work() as session:
        factories.move(session, world.number, Command.CANCEL, Party.INSTRUCTOR)
    assert world.shown() == set()


def test_a_grant(app: Flask, people: Cast, world: World, time: Time) -> None:
    granted = {"channels": ["phone", "email"], "days": "3"}
    path = f"/contact-requests/{world.request}"
    assert Client(app).sign_in(CHEN).post(f"{path}/grant", granted).status_code == 303
    shown = {(LI, f"{path}/show")}
    assert world.shown() == shown
    time.now = UNTIL - MOMENT
    _sign_in(app, world)
    assert world.shown() == shown
    time.now = UNTIL
    assert world.shown() == set()


def test_a_revoked_grant(app: Flask, people: Cast, world: World) -> None:
    path, chen = f"/contact-requests/{world.request}", Client(app).sign_in(CHEN)
    assert chen.post(f"{path}/grant", {"channels": ["phone"], "days": "3"}).status_code == 303
    assert world.shown() == {(LI, f"{path}/show")}
    assert chen.post(f"{path}/revoke").status_code == 303
    assert world.shown() == set()


def _sign_in(app: Flask, world: World) -> None:
    """Once more: sessions end after some days."""
    for email, client in world.clients.items():
        if email is not None and "/login" in (client.get("/start").location or ""):
            client.sign_in(email)
