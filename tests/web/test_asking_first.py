"""What destroys something asks first, on the page itself and without JavaScript."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select

from booking.calendars.feeds.models import Feed
from booking.db import db
from tests import factories
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.factories import CHEN, LI, Cast


class _Asked(HTMLParser):
    """The actions of the forms of a page that send at once, and of those that ask first."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once: set[str] = set()
        self.asking: set[str] = set()
        self._details = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._details += tag == "details"
        if tag == "form" and told.get("method") == "post":
            action = (told.get("action") or "").partition("?")[0]
            (self.asking if self._details else self.at_once).add(action)

    def handle_endtag(self, tag: str) -> None:
        self._details -= tag == "details"


FRAME = {"/account/language/zh_Hans_CN", "/account/language/en", "/logout"}
"""Forms of every page."""


def forms(client: Client, path: str) -> tuple[set[str], set[str]]:
    """The actions of the forms that send at once, and of those that ask first."""
    page = client.get(path)
    assert page.status_code == 200
    reader = _Asked()
    reader.feed(page.text)
    return {action for action in reader.at_once if "language" not in action} - FRAME, reader.asking


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_withdrawing_and_cancelling_ask(app: Flask, people: Cast) -> None:
    requested = factories.requested(app, people)
    confirmed = factories.confirmed(app, people, factories.at(4, 9))
    branch, instructor = Client(app).sign_in(LI), Client(app).sign_in(CHEN)

    # Naming somebody takes nothing away, and what is named is typed.
    assert forms(branch, f"/lectures/{requested}") == (
        {f"/lectures/{requested}/attendees#attendees"},
        {f"/lectures/{requested}/withdraw"},
    )
    # A message is typed in the box that opens.
    assert forms(branch, f"/lectures/{confirmed}") == (
        {f"/lectures/{confirmed}/attendees#attendees"},
        {f"/lectures/{confirmed}/cancel", f"/lectures/{confirmed}/message"},
    )
    assert forms(instructor, f"/lectures/{requested}") == (
        {f"/lectures/{requested}/confirm"},
        {f"/lectures/{requested}/decline"},
    )
    assert forms(instructor, "/inbox") == (
        {f"/lectures/{requested}/confirm"},
        {f"/lectures/{requested}/decline"},
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_feed_that_is_in_use_is_not_stopped_by_one_tap(app: Flask, people: Cast) -> None:
    branch = Client(app).sign_in(LI)

    assert forms(branch, "/feeds") == ({"/feeds/new"}, set())
    open_feed(branch, "branch", people.li.id)
    with app.app_context():
        [feed] = db.session().scalars(select(Feed.id))
    assert forms(branch, "/feeds") == (
        {"/feeds/new", "/feeds/invitations"},
        {f"/feeds/{feed}/renew", f"/feeds/{feed}/stop"},
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_question_says_what_happens(app: Flask, people: Cast) -> None:
    requested = factories.requested(app, people)
    page = Client(app).language("en").sign_in(LI).get(f"/lectures/{requested}").text
    assert page.count("Withdraw this request? The time is free for others again.") == 1
    assert page.count("Yes, withdraw it") == 1
