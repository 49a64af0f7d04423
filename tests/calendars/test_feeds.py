"""Subscribed calendars over HTTP: what real clients need of a feed."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, text

from booking.accounts.engine.roles import Role
from booking.calendars.feeds import views
from booking.calendars.feeds.engine.body_cache import LastGood
from booking.calendars.feeds.models import Feed
from booking.db import Base, db, unit_of_work
from booking.lectures.engine.states import Command, Party
from tests import factories
from tests.browser import Client
from tests.calendars.conftest import feed_ids, open_feed, shown_address
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import CHEN, LI, WANG, ZHAO, ZHOU, Cast

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def path(app: Flask, people: Cast) -> str:
    """The feed of Chen, who has a confirmed lecture."""
    factories.confirmed(app, people)
    return open_feed(Client(app).sign_in(CHEN), "instructor", people.chen.id)


@pytest.fixture(autouse=True)
def _fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process remembers of other tests' feeds is none of this test's."""
    _remember_nothing(monkeypatch)


def _remember_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "last_good", LastGood(most=500))


def events(client: Client, path: str) -> dict[str, tuple[str, str]]:
    """Of each event the UID, the status and the title."""
    calendar = Calendar.from_ical(client.get(path).data)
    return {
        str(one["UID"]): (str(one["STATUS"]), str(one["SUMMARY"]))
        for one in calendar.walk("VEVENT")
    }


def move(app: Flask, number: str, command: Command, party: Party, time: Time) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, command, party, now=time.now)


def test_headers_and_the_body(client: Client, path: str) -> None:
    feed = client.get(path)

    assert feed.status_code == 200
    names = ("Content-Type", "Cache-Control", "Referrer-Policy", "X-Robots-Tag")
    assert {name: feed.headers[name] for name in names} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    assert "Accept-Encoding" in feed.vary
    disposition = feed.headers["Content-Disposition"]
    assert re.fullmatch(r"inline; filename=lectures\.ics; filename\*=UTF-8''\S+\.ics", disposition)
    assert re.fullmatch(r'"[^"]+"', feed.headers["ETag"])  # strong
    assert "Set-Cookie" not in feed.headers
    lines = feed.data.decode().split("\r\n")
    assert (lines[0], lines[-2:], feed.data.count(b"\n")) == (
        "BEGIN:VCALENDAR", ["END:VCALENDAR", ""], len(lines) - 1,
    )  # fmt: skip
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines
    assert [line for line in lines if line.startswith(("METHOD", "SOURCE", "ATTENDEE"))] == []
    order = [line for line in lines if line.startswith("BEGIN:")]
    assert [part for part in order if part in ("BEGIN:VTIMEZONE", "BEGIN:VEVENT")] == [
        "BEGIN:VTIMEZONE", "BEGIN:VEVENT",
    ]  # fmt: skip
    assert "DTSTART;TZID=Asia/Shanghai:20261126T090000" in lines


def test_nothing_moves_until_something_changes(
    client: Client, path: str, queries: QueryCount
) -> None:
    first, second = client.get(path), client.get(path)
    etag = first.headers["ETag"]
    with queries() as seen:
        unchanged = client.get(path, headers={"If-None-Match": etag})
    head = client.flask.head(path)

    assert (second.data, second.headers["ETag"]) == (first.data, etag)
    assert (unchanged.status_code, unchanged.data, unchanged.headers["ETag"]) == (304, b"", etag)
    assert len(seen) == 1  # before anything is built
    assert client.get(path, headers={"If-None-Match": f'"other", {etag}'}).status_code == 304
    assert client.get(path, headers={"If-None-Match": f"W/{etag}"}).status_code == 304
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert (head.status_code, head.data) == (200, b"")
    assert {k: v for k, v in head.headers.items() if k != "Date"} == {
        k: v for k, v in first.headers.items() if k != "Date"
    }


def test_the_body_is_the_same_from_another_process(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(path)
    _remember_nothing(monkeypatch)  # as another process

    again = client.get(path)

    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_the_revision_moves_with_each_change_that_shows(
    app: Flask, client: Client, path: str, people: Cast, time: Time
) -> None:
    etags = [client.get(path).headers["ETag"]]
    number = factories.requested(app, people, factories.at(4, 9))
    etags.append(client.get(path).headers["ETag"])
    assert len(events(client, path)) == 1  # a request is in no calendar
    for command in (Command.CONFIRM, Command.CANCEL):
        move(app, number, command, Party.INSTRUCTOR, time)
        etags.append(client.get(path).headers["ETag"])

    assert etags[0] == etags[1]
    assert len(set(etags)) == 3
    shown = sorted(events(client, path).values())
    assert [status for status, _title in shown] == ["CANCELLED", "CONFIRMED"]
    assert shown[0][1].startswith("【已取消】")


def test_a_cancelled_lecture_leaves_a_week_after_its_start(
    app: Flask, client: Client, path: str, people: Cast, time: Time
) -> None:
    number = factories.confirmed(app, people, factories.at(4, 9))
    move(app, number, Command.CANCEL, Party.BRANCH, time)
    shown, etags = [], []
    for days in (4, 11, 12):
        time.now = factories.at(days, 12)
        shown.append(sorted(status for status, _title in events(client, path).values()))
        etags.append(client.get(path).headers["ETag"])

    assert shown == [["CANCELLED", "CONFIRMED"], ["CANCELLED", "CONFIRMED"], ["CONFIRMED"]]
    assert len(set(etags)) == 3


@sqlite_only
def test_the_window_reaches_ninety_days_back(client: Client, path: str, time: Time) -> None:
    shown = []
    for days in (3, 93, 94):  # the lecture is on day 3
        time.now = factories.at(days, 23)
        shown.append(len(events(client, path)))

    assert shown == [1, 1, 0]


def test_an_address_that_was_changed_or_stopped(app: Flask, client: Client, people: Cast) -> None:
    chen = Client(app).sign_in(CHEN)
    old = open_feed(chen, "instructor", people.chen.id)
    client.get(old)  # so that this process has a last good body
    other = open_feed(chen, "instructor", people.chen.id, name="平板")
    first, second = feed_ids(app, people.chen.user)

    new = shown_address(chen.post(f"/feeds/{first}/renew"))
    assert [client.get(one).status_code for one in (old, new, other)] == [410, 200, 200]
    assert chen.post(f"/feeds/{second}/stop").status_code == 303
    assert [client.get(one).status_code for one in (old, new, other)] == [410, 200, 410]
    for unknown in ("/feed/nobody.ics", f"/feed/{'A' * 43}.ics", "/feed/%2e.ics"):
        assert client.get(unknown).status_code == 404


def test_the_token_is_stored_nowhere(app: Flask, path: str) -> None:
    token = path.removeprefix("/feed/").removesuffix(".ics")
    with app.app_context():
        stored = repr(
            [db.session().execute(select(table)).all() for table in Base.metadata.tables.values()]
        )
        [feed] = db.session().scalars(select(Feed))

    assert len(token) == 43
    assert token not in stored
    assert re.fullmatch(r"[0-9a-f]{64}", feed.token_hash)


def test_the_page_promises_only_what_clients_do(app: Flask, people: Cast) -> None:
    chen = Client(app).sign_in(CHEN)
    page = chen.post("/feeds/new", {"calendar": "mine"}).text

    assert 'href="webcal://localhost/feed/' in page
    assert "webcals://" not in page
    assert "谷歌日历" in page
    assert "微信" in page


def test_who_may_make_and_stop_addresses(
    app: Flask, client: Client, path: str, people: Cast
) -> None:
    [feed] = feed_ids(app, people.chen.user)
    answers = {}
    for email in (ZHOU, ZHAO, LI, WANG):
        browser = Client(app).sign_in(email)
        answers[email] = [
            browser.post(address, {"calendar": f"instructor-{people.chen.id}"}).status_code
            for address in ("/feeds/new", f"/feeds/{feed}/renew", f"/feeds/{feed}/stop")
        ]
    anonymous = Client(app).post(f"/feeds/{feed}/stop")

    # Coordinators have feeds of their regions, and none of single people.
    assert answers == {email: [404, 404, 404] for email in (ZHOU, ZHAO, LI, WANG)}
    assert anonymous.status_code == 302
    assert client.get(path).status_code == 200


def test_a_colleague_of_the_branch_does_not_stop_my_address(
    app: Flask, client: Client, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_user(
            session, "hua@example.org", "华", Role.BRANCH, organisation_id=people.li.id
        )
    mine = open_feed(Client(app).sign_in(LI), "branch", people.li.id)
    theirs = open_feed(Client(app).sign_in("hua@example.org"), "branch", people.li.id)

    assert mine != theirs
    assert [client.get(one).status_code for one in (mine, theirs)] == [200, 200]


def test_each_side_reads_its_own_view(app: Flask, client: Client, path: str, people: Cast) -> None:
    ours = open_feed(Client(app).sign_in(LI), "branch", people.li.id)
    others = open_feed(Client(app).sign_in(ZHAO), "branch", people.zhao.id)

    [(uid, (_status, title))] = events(client, path).items()
    [(same_uid, (_same, our_title))] = events(client, ours).items()

    assert uid == same_uid
    assert ("岫云县第一支部" in title, "陈明" in title) == (True, False)
    assert ("岫云县第一支部" in our_title, "陈明老师" in our_title) == (False, True)
    assert events(client, others) == {}


def test_the_last_good_body_is_served_while_the_database_is_broken(
    app: Flask, client: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    good = client.get(path)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE feed RENAME TO feed_elsewhere"))

    broken = client.get(path)
    unknown = client.get("/feed/never-seen.ics")

    assert (broken.status_code, broken.data) == (200, good.data)
    assert broken.headers["ETag"] == good.headers["ETag"]
    assert unknown.status_code == 503
    assert "never-seen" not in caplog.text
    token = path.removeprefix("/feed/").removesuffix(".ics")
    assert token not in caplog.text
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE feed_elsewhere RENAME TO feed"))
    assert client.get(path).data == good.data


@sqlite_only
@pytest.mark.parametrize("environment", [{"FEED_PLAIN_AGENTS": "OldPhone, WeirdCal"}])
def test_packed_only_for_those_who_ask_and_can(
    client: Client, path: str, environment: dict[str, str]
) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    refusing = client.get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})
    old = client.get(path, headers={"Accept-Encoding": "gzip", "User-Agent": "oldphone/2.1"})

    encodings = [one.headers.get("Content-Encoding") for one in (plain, packed, refusing, old)]
    assert encodings == [None, "gzip", None, None]
    assert gzip.decompress(packed.data) == plain.data
    assert [
        one for one in (plain, packed, refusing, old) if "Accept-Encoding" not in one.vary
    ] == []
    again = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert again.data == packed.data


@sqlite_only
def test_a_packed_answer_is_another_representation(client: Client, path: str) -> None:
    """RFC 9110, section 8.8.3.3: two encodings do not share a strong validator."""
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_the_download_is_for_those_who_may_read_the_lecture(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    waiting = factories.requested(app, people, factories.at(4, 9))
    readers = {email: Client(app).sign_in(email) for email in (CHEN, LI, WANG, ZHOU, ZHAO)}

    answers = {email: one.get(f"/lectures/{number}.ics") for email, one in readers.items()}

    assert {email: one.status_code for email, one in answers.items()} == {
        CHEN: 200, LI: 200, WANG: 200, ZHOU: 404, ZHAO: 404,
    }  # fmt: skip
    assert Client(app).get(f"/lectures/{number}.ics").status_code == 302
    assert readers[LI].get(f"/lectures/{waiting}.ics").status_code == 404
    assert readers[LI].get("/lectures/YK-2026-999999.ics").status_code == 404
    assert answers[LI].headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answers[LI].headers["Content-Disposition"] == (
        f"attachment; filename={number}.ics; filename*=UTF-8''{number}.ics"
    )
    titles = {
        email: str(Calendar.from_ical(answers[email].data).walk("VEVENT")[0]["SUMMARY"])
        for email in (CHEN, LI)
    }
    assert ("岫云县第一支部" in titles[CHEN], "陈明老师" in titles[LI]) == (True, True)


def test_feed_and_download_are_the_same_event(
    app: Flask, client: Client, path: str, time: Time, people: Cast
) -> None:
    time.now += timedelta(hours=1)
    chen = Client(app).sign_in(CHEN)
    [in_feed] = Calendar.from_ical(client.get(path).data).walk("VEVENT")
    [in_file] = Calendar.from_ical(chen.get("/lectures/YK-2026-000001.ics").data).walk("VEVENT")

    assert in_file.to_ical() == in_feed.to_ical()
