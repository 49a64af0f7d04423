"""Whose lectures a feed shows, to whom, and how much of them."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.accounts import service as accounts
from booking.accounts.access import remove_role
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.calendars.feeds import views
from booking.calendars.feeds.engine.body_cache import LastGood
from booking.db import db, unit_of_work
from booking.instructors.models import Field, Instructor, Topic
from booking.lectures.engine.states import Command, Party
from tests import factories
from tests.browser import Client
from tests.calendars.conftest import events, feed_ids, open_calendar, open_feed
from tests.conftest import Time
from tests.factories import CHEN, CITY, DISTRICT, LI, SUN, WANG, ZHAO, ZHOU, Cast


@pytest.fixture(autouse=True)
def _fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "last_good", LastGood(most=500))


def shown(client: Client, path: str) -> list[tuple[str, str]]:
    """Of each event in order: status and title."""
    return [(str(one["STATUS"]), str(one["SUMMARY"])) for one in events(client, path)]


def change(app: Flask, number: str, command: Command, party: Party, time: Time) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, command, party, now=time.now)


def test_my_lectures_are_those_of_both_sides_once(app: Flask, client: Client, people: Cast) -> None:
    """Calendar rule 32."""
    factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        chen = session.get_one(User, people.chen.user)
        accounts.add_membership(
            session,
            user=chen,
            role=Role.BRANCH,
            organisation_id=people.li.id,
            now=factories.NOW,
        )
    mine = open_calendar(Client(app).sign_in(CHEN), "mine")
    others = open_calendar(Client(app).sign_in(ZHAO), "mine")

    [(status, title)] = shown(client, mine)
    assert (status, "岫云县第一支部" in title) == ("CONFIRMED", True)  # as the instructor sees it
    assert shown(client, others) == []


def test_a_region_shows_what_its_board_shows(app: Flask, client: Client, people: Cast) -> None:
    """Calendar rule 32: the server decides, and names no other region."""
    factories.confirmed(app, people)
    wang = Client(app).sign_in(WANG)
    region = open_feed(wang, "region", CITY)
    under = open_feed(wang, "region", DISTRICT)
    sun = Client(app).sign_in(SUN)

    assert [len(shown(client, path)) for path in (region, under)] == [1, 1]
    [(_status, title)] = shown(client, region)
    assert "陈明老师" in title
    assert sun.post("/feeds/new", {"calendar": f"region-{CITY}"}).status_code == 404
    for email in (CHEN, LI):
        browser = Client(app).sign_in(email)
        assert browser.post("/feeds/new", {"calendar": f"region-{CITY}"}).status_code == 404


def test_a_field_within_a_region(app: Flask, client: Client, people: Cast) -> None:
    factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        field, other = Field(code="law-x", name="法治甲"), Field(code="health-x", name="健康甲")
        session.add_all([field, other])
        session.flush()
        session.get_one(Topic, people.chen.topic).field_id = field.id
        ids = field.id, other.id
    wang = Client(app).sign_in(WANG)
    paths = [open_feed(wang, "region", CITY, field=str(one)) for one in ids]

    assert [len(shown(client, path)) for path in paths] == [1, 0]
    etags = [client.get(path).headers["ETag"] for path in paths]
    with app.app_context(), unit_of_work() as session:
        session.get_one(Topic, people.chen.topic).field_id = ids[1]
    assert [len(shown(client, path)) for path in paths] == [0, 1]
    again = [client.get(path).headers["ETag"] for path in paths]
    assert [old == new for old, new in zip(etags, again, strict=True)] == [False, False]


def test_a_coordinator_who_loses_the_role_loses_these_feeds(
    app: Flask, client: Client, people: Cast
) -> None:
    """Calendar rule 11."""
    path = open_feed(Client(app).sign_in(WANG), "region", CITY)
    assert client.get(path).status_code == 200

    with app.app_context(), unit_of_work() as session:
        user = session.get_one(User, people.wang)
        remove_role(session, user=user, role=Role.COORDINATOR, now=factories.NOW, region_code=CITY)

    assert client.get(path).status_code == 410


@pytest.mark.parametrize("calendar", ["mine", "instructor", "branch", "region"])
def test_busy_times_have_nothing_else(
    app: Flask, client: Client, people: Cast, time: Time, calendar: str
) -> None:
    """Calendar rule 13."""
    number = factories.confirmed(app, people)
    gone = factories.confirmed(app, people, factories.at(4, 9))
    change(app, gone, Command.CANCEL, Party.BRANCH, time)
    email, value = {
        "mine": (CHEN, "mine"),
        "instructor": (CHEN, f"instructor-{people.chen.id}"),
        "branch": (LI, f"branch-{people.li.id}"),
        "region": (WANG, f"region-{CITY}"),
    }[calendar]
    path = open_calendar(Client(app).sign_in(email), value, busy_only="y")

    [event] = events(client, path)
    assert {str(name) for name in event} == {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "CREATED", "DTSTART", "DTEND", "STATUS",
        "TRANSP", "SUMMARY",
    }  # fmt: skip
    assert str(event["SUMMARY"]) == "忙"
    text = client.get(path).text
    assert number not in text
    assert "忙闲" in text


def test_requests_are_tentative_by_choice(
    app: Flask, client: Client, people: Cast, time: Time
) -> None:
    """Calendar rule 33."""
    chen = Client(app).sign_in(CHEN)
    plain = open_feed(chen, "instructor", people.chen.id)
    wide = open_feed(chen, "instructor", people.chen.id, tentative="y")
    etags = [client.get(wide).headers["ETag"]]
    number = factories.requested(app, people, factories.at(4, 9))
    etags.append(client.get(wide).headers["ETag"])

    [(status, title)] = shown(client, wide)
    assert (status, title.startswith("【待确认】")) == ("TENTATIVE", True)
    assert shown(client, plain) == []

    change(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
    etags.append(client.get(wide).headers["ETag"])
    assert shown(client, wide) == shown(client, plain)
    assert [one[0] for one in shown(client, wide)] == ["CONFIRMED"]
    other = factories.requested(app, people, factories.at(10, 9))
    assert len(shown(client, wide)) == 2
    change(app, other, Command.WITHDRAW, Party.BRANCH, time)
    assert len(shown(client, wide)) == 1
    assert len(set(etags)) == 3


def test_the_last_bookable_day_is_in_the_window(
    app: Flask, client: Client, people: Cast, time: Time
) -> None:
    """Calendar rule 10: day 365 at 22:00, seen from today."""
    factories.confirmed(app, people)
    path = open_feed(Client(app).sign_in(CHEN), "instructor", people.chen.id)
    seen = []
    for days in (-363, -362):  # the lecture is on day 3
        time.now = factories.at(days, 8)
        seen.append(len(shown(client, path)))

    assert seen == [0, 1]


def test_a_name_and_a_language_change_the_etag_at_once(
    app: Flask, client: Client, people: Cast
) -> None:
    """Calendar rules 6 and 34: two processes never have two bodies under one ETag."""
    factories.confirmed(app, people)
    path = open_feed(Client(app).sign_in(CHEN), "instructor", people.chen.id)
    chinese = client.get(path)
    with app.app_context(), unit_of_work() as session:
        session.get_one(Instructor, people.chen.id).name = "陈明亮"
    renamed = client.get(path)
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.chen.user).language = "en"
    english = client.get(path)

    assert len({one.headers["ETag"] for one in (chinese, renamed, english)}) == 3
    assert "陈明亮老师" in renamed.text
    assert "NAME:Lectures by 陈明亮" in english.text
    assert "Instructor: 陈明" in english.text
    assert "讲师" in chinese.text.replace("\r\n ", "")
    etag = chinese.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_who_has_too_many_addresses_is_told_the_way_out(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(ZHOU)
    for number in range(20):
        open_calendar(browser, "mine", name=str(number))
    refused = browser.post("/feeds/new", {"calendar": "mine"})

    assert refused.status_code == 422
    assert "请先停用" in refused.text


def test_invitations_or_the_address(app: Flask, people: Cast) -> None:
    """Calendar rule 35: without an address that shows lectures, mails keep their invitation."""
    browser = Client(app).sign_in(CHEN)

    def wants() -> bool:
        with app.app_context():
            return db.session().get_one(User, people.chen.user).calendar_invitations

    refused = browser.post("/feeds/invitations", {"invitations": "no"})
    assert (refused.status_code, wants()) == (422, True)
    open_calendar(browser, "mine", busy_only="y")
    assert browser.post("/feeds/invitations", {"invitations": "no"}).status_code == 422
    open_calendar(browser, "mine")
    assert browser.post("/feeds/invitations", {"invitations": "no"}).status_code == 303
    assert wants() is False
    browser.post(f"/feeds/{feed_ids(app, people.chen.user)[1]}/stop")
    assert wants() is True
