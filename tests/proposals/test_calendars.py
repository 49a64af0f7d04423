"""Feeds and calendars follow a change once it is agreed, and never before."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from icalendar import Calendar

from booking.calendars.feeds import views
from booking.calendars.feeds.engine.body_cache import LastGood
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.states import Party
from tests import factories
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.conftest import Time
from tests.factories import CHEN, LI, Cast, at
from tests.proposals import proposing

HE = "he@example.org"
OLD, NEW = at(3, 9), at(8, 9)
MONTHS = ("2026-11-26", "2026-12-01")


@pytest.fixture(autouse=True)
def _fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "last_good", LastGood(most=500))


def published(app: Flask, path: str) -> tuple[str, list[tuple[str, int, str, datetime]]]:
    """The ETag of a feed, and of each event UID, SEQUENCE, status and start."""
    answer = Client(app).get(path)
    calendar = Calendar.from_ical(answer.data)
    found = [
        (
            str(event["UID"]),
            int(str(event["SEQUENCE"])),
            str(event["STATUS"]),
            event.decoded("DTSTART").astimezone(factories.ZONE),
        )
        for event in calendar.walk("VEVENT")
    ]
    return answer.headers["ETag"], found


@pytest.fixture
def feeds(app: Flask, people: Cast, time: Time) -> dict[str, str]:
    """The feeds of Chen and of Li's branch."""
    return {
        CHEN: open_feed(Client(app).sign_in(CHEN), "instructor", people.chen.id),
        LI: open_feed(Client(app).sign_in(LI), "branch", people.li.id),
    }


def test_a_move_shows_the_new_time_on_both_sides(
    app: Flask, people: Cast, feeds: dict[str, str]
) -> None:
    number = factories.confirmed(app, people)
    before = {email: published(app, path) for email, path in feeds.items()}
    proposal = proposing.propose(app, number, [NEW])
    assert {email: published(app, path) for email, path in feeds.items()} == before

    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)

    for email, path in feeds.items():
        [(uid, sequence, status, start)] = before[email][1]
        etag, now = published(app, path)
        assert (sequence, status, start) == (1, "CONFIRMED", OLD)
        assert now == [(uid, 2, "CONFIRMED", NEW)]
        assert etag != before[email][0]


@pytest.mark.parametrize("ending", ["refuse", "retract"])
def test_what_was_not_agreed_is_in_no_feed(
    app: Flask, people: Cast, feeds: dict[str, str], ending: str
) -> None:
    number = factories.confirmed(app, people)
    before = {email: published(app, path) for email, path in feeds.items()}
    proposal = proposing.propose(app, number, [NEW])
    if ending == "refuse":
        proposing.refuse(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)
    else:
        proposing.retract(app, number, proposal, Party.BRANCH)

    assert {email: published(app, path) for email, path in feeds.items()} == before


def test_after_a_replacement_one_feed_cancels_and_the_other_confirms(
    app: Flask, people: Cast, feeds: dict[str, str]
) -> None:
    number, he = factories.confirmed(app, people), proposing.another(app)
    proposing.account_of(app, he, HE)
    feeds |= {HE: open_feed(Client(app).sign_in(HE), "instructor", he)}
    before = {email: published(app, path) for email, path in feeds.items()}
    [(uid, *_first)] = before[CHEN][1]
    assert before[HE][1] == []
    proposal = proposing.replace(app, number, he)

    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR)

    after = {email: published(app, path) for email, path in feeds.items()}
    assert {email: events for email, (_etag, events) in after.items()} == {
        CHEN: [(uid, 2, "CANCELLED", OLD)],
        HE: [(uid, 2, "CONFIRMED", OLD)],
        LI: [(uid, 2, "CONFIRMED", OLD)],
    }
    assert [email for email in feeds if after[email][0] == before[email][0]] == []


def test_an_agreed_request_enters_feeds_for_the_first_time(
    app: Flask, people: Cast, feeds: dict[str, str]
) -> None:
    number = factories.requested(app, people)
    proposal = proposing.propose(app, number, [NEW], Party.INSTRUCTOR)
    assert [published(app, path)[1] for path in feeds.values()] == [[], []]

    proposing.agree(app, number, proposal, Approver.BRANCH, Party.BRANCH)

    for path in feeds.values():
        [(_uid, sequence, status, start)] = published(app, path)[1]
        assert (sequence, status, start) == (1, "CONFIRMED", NEW)


def test_calendars_of_pages_show_a_lecture_once_and_what_is_proposed(
    app: Flask, people: Cast, time: Time
) -> None:
    number = factories.confirmed(app, people)
    proposing.propose(app, number, [NEW, at(9, 9)])
    other = factories.confirmed(app, people, at(4, 9), organisation_id=people.zhao.id)
    proposing.propose(app, other, [at(10, 9)])
    for email, path, proposed in ((CHEN, "/inbox/calendar", 3), (LI, "/lectures/calendar", 2)):
        client = Client(app).sign_in(email)
        pages = [client.get(f"{path}?view=list&day={day}").text for day in MONTHS]
        links = [
            [page.count(f'class="entry entry-{kind}" href="/lectures/{number}"') for page in pages]
            for kind in ("confirmed", "proposed")
        ]
        assert links == [[1, 0], [0, 2]]
        assert sum(page.count('<a class="entry entry-proposed"') for page in pages) == proposed
