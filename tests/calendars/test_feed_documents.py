"""VFREEBUSY and VAVAILABILITY beside a feed, and the copies for a fresh process."""

from __future__ import annotations

import os
import time as wall
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import text

from booking.availability import service as availability_service
from booking.availability.engine.hours import WeeklyHours
from booking.calendars.feeds import stored_bodies, views
from booking.calendars.feeds.engine.body_cache import LastGood
from booking.calendars.feeds.engine.busy import busy_event
from booking.calendars.feeds.engine.feed_window import window
from booking.calendars.feeds.engine.freebusy import free_busy, joined
from booking.calendars.feeds.engine.weekly_hours import availability
from booking.calendars.feeds.models import token_hash
from booking.db import db, unit_of_work
from tests import factories
from tests.browser import Client
from tests.calendars.conftest import feed_ids, open_calendar, open_feed
from tests.conftest import Time
from tests.factories import CHEN, LI, WANG, Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh(monkeypatch)


def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that has just started."""
    monkeypatch.setattr(views, "last_good", LastGood(most=500))


def beside(path: str, part: str) -> str:
    return path.replace(".ics", f"/{part}.ics")


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_spans_that_touch_become_one() -> None:
    spans = [(at(1, 3), at(1, 4)), (at(1, 1), at(1, 2)), (at(1, 2), at(1, 3)), (at(2, 1), at(2, 2))]

    assert joined(spans) == [(at(1, 1), at(1, 4)), (at(2, 1), at(2, 2))]


def test_free_busy_refuses_floating_time() -> None:
    floating = datetime(2026, 3, 1)
    with pytest.raises(ValueError, match="naive"):
        free_busy(uid="x", revised_at=at(1, 1), of=(at(1, 1), floating), busy=(), tentative=())


def test_weekly_hours_stay_on_their_local_day() -> None:
    """Calendar rule 36: Monday 7:00 in Shanghai is Sunday in UTC."""
    wednesday = date(2026, 3, 4)
    weekly = (
        WeeklyHours(0, 7 * 60, 9 * 60),
        WeeklyHours(6, 22 * 60, 1440, weeks=2, week_of=date(2026, 2, 25)),
        WeeklyHours(2, 60, 120, valid_to=date(2026, 2, 1)),
    )

    body = availability(
        uid="u@x", zone=SHANGHAI, today=wednesday, last=date(2026, 12, 1), weekly=weekly
    )
    lines = body.split("\r\n")

    assert body == availability(
        uid="u@x", zone=SHANGHAI, today=wednesday, last=date(2026, 12, 1), weekly=weekly
    )
    assert lines.count("BEGIN:AVAILABLE") == 2
    assert "DTSTART;TZID=Asia/Shanghai:20260302T070000" in lines
    assert "DTEND;TZID=Asia/Shanghai:20260302T090000" in lines
    # Every other Sunday, of the weeks that count from the week of 25 February.
    assert "DTSTART;TZID=Asia/Shanghai:20260315T220000" in lines
    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=WEEKLY;UNTIL=20261201T155959Z;BYDAY=MO",
        "RRULE:FREQ=WEEKLY;UNTIL=20261201T155959Z;INTERVAL=2;BYDAY=SU",
    ]


def test_the_window_ends_with_the_last_bookable_day() -> None:
    shown = window(date(2026, 12, 1), SHANGHAI)

    assert shown.end == datetime(2027, 12, 2, tzinfo=SHANGHAI)
    assert shown.first == datetime(2026, 9, 2, tzinfo=SHANGHAI)
    assert shown.cancelled_from == datetime(2026, 11, 24, tzinfo=SHANGHAI)


def test_a_folded_text_leaves_nothing_in_a_busy_event() -> None:
    """Calendar rule 13."""
    event = (
        "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:secret that is f\r\n olded\r\n"
        "DTSTART;TZID=Asia/Shanghai:20260302T070000\r\nX-OTHER;A=b:secret\r\nEND:VEVENT\r\n"
    )

    assert busy_event(event, "Busy") == (
        "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Asia/Shanghai:20260302T070000\r\n"
        "SUMMARY:Busy\r\nEND:VEVENT\r\n"
    )


def test_free_and_busy_time(app: Flask, client: Client, people: Cast) -> None:
    """Calendar rule 36."""
    factories.confirmed(app, people)
    factories.requested(app, people, factories.at(4, 9))
    chen = Client(app).sign_in(CHEN)
    plain = open_feed(chen, "instructor", people.chen.id)
    wide = open_feed(chen, "instructor", people.chen.id, tentative="y")

    answer = client.get(beside(plain, "freebusy"))
    lines = answer.text.split("\r\n")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert [line for line in lines if line.startswith("FREEBUSY")] == [
        "FREEBUSY;FBTYPE=BUSY:20261126T010000Z/20261126T030000Z"
    ]
    assert [line for line in lines if line.startswith("BEGIN")] == [
        "BEGIN:VCALENDAR", "BEGIN:VFREEBUSY",
    ]  # fmt: skip
    kinds = [
        line.split(":")[0]
        for line in client.get(beside(wide, "freebusy")).text.split("\r\n")
        if line.startswith("FREEBUSY")
    ]
    assert kinds == ["FREEBUSY;FBTYPE=BUSY", "FREEBUSY;FBTYPE=BUSY-TENTATIVE"]
    etag = answer.headers["ETag"]
    again = client.get(beside(plain, "freebusy"), headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(beside(plain, "freebusy")).data == answer.data
    assert etag != client.get(plain).headers["ETag"]


def test_weekly_hours_of_an_instructor(app: Flask, client: Client, people: Cast) -> None:
    """Calendar rule 36."""
    with app.app_context(), unit_of_work() as session:
        availability_service.set_week(
            session, instructor_id=people.chen.id, week={0: [(7 * 60, 9 * 60)]}
        )
    path = open_calendar(Client(app).sign_in(CHEN), "mine")
    theirs = open_feed(Client(app).sign_in(LI), "branch", people.li.id)

    answer = client.get(beside(path, "availability"))
    calendar = Calendar.from_ical(answer.data)
    [hours] = calendar.walk("AVAILABLE")
    begins: Any = hours["DTSTART"].dt  # type: ignore[union-attr]
    assert begins.tzinfo.key == "Asia/Shanghai"
    assert (begins.weekday(), begins.hour) == (0, 7)
    etag = answer.headers["ETag"]
    headers = {"If-None-Match": etag}
    assert client.get(beside(path, "availability"), headers=headers).status_code == 304
    assert client.get(beside(theirs, "availability")).status_code == 404


def test_all_addresses_of_a_token_end_together(app: Flask, client: Client, people: Cast) -> None:
    """Calendar rule 11."""
    chen = Client(app).sign_in(CHEN)
    path = open_feed(chen, "instructor", people.chen.id)
    paths = [path, beside(path, "freebusy"), beside(path, "availability")]
    assert [client.get(one).status_code for one in paths] == [200, 200, 200]
    [feed] = feed_ids(app, people.chen.user)
    with app.app_context():
        assert len(list(stored_bodies.folder().iterdir())) >= 3

    chen.post(f"/feeds/{feed}/stop")

    assert [client.get(one).status_code for one in paths] == [410, 410, 410]


def break_database(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE feed RENAME TO feed_elsewhere"))


def mend_database(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE feed_elsewhere RENAME TO feed"))


@pytest.mark.own_application
def test_a_fresh_process_serves_the_last_good_body(
    app: Flask, client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calendar rule 9: one 5xx makes Thunderbird switch the calendar off."""
    factories.confirmed(app, people)
    chen = Client(app).sign_in(CHEN)
    path, stopped = (open_feed(chen, "instructor", people.chen.id) for _ in range(2))
    good = client.get(path)
    client.get(stopped)
    chen.post(f"/feeds/{feed_ids(app, people.chen.user)[1]}/stop")

    fresh(monkeypatch)
    break_database(app)
    broken = client.get(path)
    unchanged = client.get(path, headers={"If-None-Match": good.headers["ETag"]})
    gone = client.get(stopped)
    mend_database(app)

    assert (broken.status_code, broken.data) == (200, good.data)
    assert broken.headers["ETag"] == good.headers["ETag"]
    assert unchanged.status_code == 304
    assert gone.status_code == 503  # what was revoked is kept nowhere


def test_copies_are_private_and_bounded(app: Flask, client: Client, people: Cast) -> None:
    """Calendar rule 9."""
    wang = Client(app).sign_in(WANG)
    path = open_feed(wang, "region", factories.CITY)
    body = client.get(path).data
    token = path.removeprefix("/feed/").removesuffix(".ics")
    with app.app_context():
        folder = stored_bodies.folder()
        [copy] = [one for one in folder.iterdir() if token_hash(token) == one.name]
        assert (folder.stat().st_mode & 0o777, copy.stat().st_mode & 0o777) == (0o700, 0o600)
        assert token not in copy.name
        assert copy.read_bytes().partition(b"\n")[2] == body
        assert stored_bodies.sweep({copy.name}, now=datetime.now(UTC)) >= 0
        assert copy.exists()
        long_ago = wall.time() - timedelta(days=31).total_seconds()
        os.utime(copy, (long_ago, long_ago))
        assert stored_bodies.sweep({copy.name}, now=datetime.now(UTC)) == 1
        assert not copy.exists()


def test_the_last_use_is_kept_once_a_day(
    app: Flask, client: Client, people: Cast, time: Time
) -> None:
    path = open_feed(Client(app).sign_in(CHEN), "instructor", people.chen.id)

    def used() -> list[datetime | None]:
        with app.app_context():
            query = text("SELECT last_used_at FROM feed")
            return list(db.session().execute(query).scalars())

    assert used() == [None]
    client.get(path)
    first = used()
    time.now += timedelta(hours=3)
    client.get(path)
    assert used() == first
    time.now += timedelta(hours=22)
    client.get(path)
    assert used() != first
