"""What somebody may not see looks exactly like what there is not."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.calendars.feeds.models import Feed
from booking.db import db
from tests import factories
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.factories import CHEN, LI, SUN, WANG, ZHAO, ZHOU, Cast
from tests.register import uploads

LECTURE = ("/lectures/{}", "/lectures/{}.ics")
COMMANDS = tuple(
    f"/lectures/{{}}/{command}"
    for command in ("confirm", "decline", "withdraw", "cancel", "deliver")
)
INSTRUCTOR = tuple(
    f"/instructors/{{}}/{page}"
    for page in (
        "availability", "availability/timetables/new", "availability/calendars", "terms",
        "availability/calendars/address",
    )
)  # fmt: skip
CHANGES = tuple(
    f"/instructors/{{}}/{page}"
    for page in (
        "availability/week", "availability/overrides", "availability/rules", "terms",
        "availability/calendars/address", "suspensions", "availability/undo",
    )
)  # fmt: skip


def _told(answer: TestResponse, address: str) -> tuple[object, ...]:
    """Everything that somebody can compare, but for the address itself and random values."""
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text.replace(address, "HERE"))
    text = re.sub(r"next=[^\"&]*", "next", text)
    headers = {
        key: value for key, value in answer.headers if key not in ("Set-Cookie", "Content-Length")
    }
    location = headers.pop("Location", "").replace(address, "HERE")
    return answer.status_code, text, location, sorted(headers.items())


def _same(browser: Client, paths: tuple[str, ...], there: str, nowhere: str, post: bool) -> None:
    statuses = set()
    for path in paths:
        ask = browser.post if post else browser.get
        known, unknown = path.format(there), path.format(nowhere)
        first, second = ask(known), ask(unknown)
        assert _told(first, known) == _told(second, unknown), path
        statuses.add(first.status_code)
    # Not one of the pages was really there.
    assert statuses <= {302, 400, 401, 403, 404, 405}


@pytest.mark.parametrize("email", [ZHOU, ZHAO, SUN, None])
def test_lectures_of_others(app: Flask, people: Cast, email: str | None) -> None:
    number = factories.confirmed(app, people)
    nowhere = number[:-4] + "9876"
    browser = Client(app)
    if email:
        browser.sign_in(email)

    _same(browser, LECTURE, number, nowhere, post=False)
    _same(browser, COMMANDS, number, nowhere, post=True)

    status = browser.get(f"/lectures/{number}").status_code
    assert status == (404 if email else 302)


@pytest.mark.parametrize("email", [ZHOU, SUN, LI, None])
def test_schedules_of_others(app: Flask, people: Cast, email: str | None) -> None:
    browser = Client(app)
    if email:
        browser.sign_in(email)

    _same(browser, INSTRUCTOR, str(people.chen.id), "987654", post=False)
    _same(browser, CHANGES, str(people.chen.id), "987654", post=True)


def test_feeds_of_others(app: Flask, people: Cast) -> None:
    open_feed(Client(app).sign_in(CHEN), "instructor", people.chen.id)
    with app.app_context():
        [there] = db.session().scalars(select(Feed.id))
    for email in (ZHOU, LI):
        browser = Client(app).sign_in(email)
        paths = ("/feeds/{}/renew", "/feeds/{}/stop")

        _same(browser, paths, str(there), "987654", post=True)

        assert browser.post(paths[0].format(there)).status_code == 404


def test_imports_of_others(app: Flask, people: Cast) -> None:
    sheet = uploads.sheet(uploads.rows(2))
    key = uploads.upload(Client(app).sign_in(WANG), sheet)[1].rpartition("/")[2]
    assert key
    paths = ("/register/import/{}", "/register/import/{}/report")

    browser = Client(app).sign_in(SUN)
    _same(browser, paths, key, "x" * len(key), post=False)
    _same(browser, paths[:1], key, "x" * len(key), post=True)


def test_a_whole_page_says_that_it_is_for_others(app: Flask, people: Cast) -> None:
    """Which pages there are is no secret, and another account may help."""
    statuses = {
        path: Client(app).sign_in(CHEN).get(path).status_code
        for path in ("/board", "/register/import", "/lectures")
    }

    assert statuses == {"/board": 403, "/register/import": 403, "/lectures": 403}
