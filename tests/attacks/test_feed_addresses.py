"""Feeds in the wrong hands: busy times tell no text, and who loses a region loses its feed."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask
from sqlalchemy import delete
from werkzeug.test import TestResponse

from booking.accounts import access
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.calendars.feeds import stored_bodies, views
from booking.calendars.feeds.engine.body_cache import Kept, LastGood
from booking.calendars.feeds.models import token_hash
from booking.db import unit_of_work
from booking.lectures.queries import by_number
from tests import factories
from tests.browser import Client
from tests.calendars.conftest import open_calendar, open_feed
from tests.factories import CHEN, CITY, COUNTY, LI, NOW, WANG, Cast

SECRETS = ("急救", "文化馆", "李静", "请带两个假人", "会议通知", "家庭", "/lectures/")
"""Parts of the title, the place, the contact, the note and the link of the lecture."""


@pytest.fixture(autouse=True)
def _fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "last_good", LastGood(most=500))


def kept(app: Flask, path: str) -> Kept | None:
    """The copy on the disk for the time when the database fails."""
    with app.app_context():
        return stored_bodies.get(token_hash(path.removeprefix("/feed/").removesuffix(".ics")))


def documents(path: str) -> list[str]:
    return [path, path.replace(".ics", "/freebusy.ics")]


def told(answer: TestResponse) -> str:
    """Head and body as one text, with folded lines joined (RFC 5545, section 3.1)."""
    data = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        data = gzip.decompress(data)
    body: str = data.decode()
    return str(answer.headers) + body.replace("\r\n ", "")


@pytest.mark.parametrize("calendar", ["mine", "instructor", "branch", "region"])
def test_busy_times_tell_no_text_of_a_lecture(app: Flask, people: Cast, calendar: str) -> None:
    number = factories.confirmed(app, people, note="请带两个假人")
    requested = factories.requested(app, people, factories.at(4, 9), note="会议通知")
    email, value, others = {
        "mine": (CHEN, "mine", ("岫云县第一支部", "陈明")),
        "instructor": (CHEN, f"instructor-{people.chen.id}", ("岫云县第一支部",)),
        "branch": (LI, f"branch-{people.li.id}", ("陈明",)),
        "region": (WANG, f"region-{CITY}", ("岫云县第一支部", "陈明")),
    }[calendar]
    owner = Client(app).sign_in(email)
    plain = open_calendar(owner, value, tentative="y")
    busy = open_calendar(owner, value, busy_only="y", tentative="y")
    secrets = (*SECRETS, *others, number, requested)
    client = Client(app)

    # What is looked for does stand in the feed that tells all.
    assert [word for word in ("急救", number) if word not in told(client.get(plain))] == []
    for path in documents(busy):
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            text = told(client.get(path, headers=headers))
            assert "20261126T" in text
            assert [word for word in secrets if word in text] == [], path
    stored = kept(app, busy)
    assert stored is not None
    copy = stored.body.decode().replace("\r\n ", "")
    assert [word for word in secrets if word in copy] == []


ENDS = ("role removed", "role deleted", "account suspended", "scope made smaller")


def end(app: Flask, people: Cast, how: str) -> None:
    with app.app_context(), unit_of_work() as session:
        wang = session.get_one(User, people.wang)
        if how == "role removed":
            access.remove_role(session, user=wang, role=Role.COORDINATOR, now=NOW, region_code=CITY)
        elif how == "role deleted":  # By hand, so that no signal is sent.
            session.execute(delete(Membership).where(Membership.user_id == wang.id))
        elif how == "account suspended":
            access.disable(session, user=wang, now=NOW)
        else:
            access.add_role(session, user=wang, role=Role.COORDINATOR, now=NOW, region_code=COUNTY)
            access.remove_role(session, user=wang, role=Role.COORDINATOR, now=NOW, region_code=CITY)


@pytest.mark.parametrize("how", ENDS)
def test_a_region_after_its_owner_lost_it(app: Flask, people: Cast, how: str) -> None:
    """Not even who has a copy learns that nothing changed, and nothing is left on the disk."""
    factories.confirmed(app, people)
    path = open_feed(Client(app).sign_in(WANG), "region", CITY)
    client = Client(app)
    tags = [client.get(one).headers["ETag"] for one in documents(path)]

    end(app, people, how)

    for one, tag in zip(documents(path), tags, strict=True):
        for headers in ({}, {"If-None-Match": tag}, {"Accept-Encoding": "gzip"}):
            answer = client.get(one, headers=headers)
            assert (answer.status_code, "陈明" in answer.text) == (410, False)
    assert kept(app, path) is None
    if how != "account suspended":
        answer = Client(app).sign_in(WANG).post("/feeds/new", {"calendar": f"region-{CITY}"})
        assert answer.status_code in {403, 404}


def test_a_role_that_comes_back_revives_no_address(app: Flask, people: Cast) -> None:
    path = open_feed(Client(app).sign_in(WANG), "region", CITY)
    end(app, people, "role removed")
    with app.app_context(), unit_of_work() as session:
        user = session.get_one(User, people.wang)
        access.add_role(session, user=user, role=Role.COORDINATOR, now=NOW, region_code=CITY)
    assert [Client(app).get(one).status_code for one in documents(path)] == [410, 410]


def test_a_guessed_address_is_nobody(app: Flask, people: Cast) -> None:
    path = open_feed(Client(app).sign_in(WANG), "region", CITY)
    token = path.removeprefix("/feed/").removesuffix(".ics")
    wrong = [token[:-1] + "_", token.lower(), token[::-1], token_hash(token), ""]
    answers = [Client(app).get(f"/feed/{one}.ics").status_code for one in wrong if one != token]
    assert set(answers) == {404}


def test_who_told_of_the_lecture(app: Flask, people: Cast) -> None:
    """The words above are really those of the lecture."""
    number = factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        lecture = by_number(session, number)
        assert ("急救" in lecture.title, "文化馆" in lecture.place) == (True, True)
