"""Days of an entry that could not be read: unknown, closed to bookings, opened by their owner.

Calendar rule 38.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select, text

from booking.audit import AuditEntry
from booking.availability import tasks
from booking.availability.external import service
from booking.availability.external.engine.calendar import AHEAD, EVERY
from booking.availability.external.engine.flaws import MOST_NAMED, Flaw
from booking.availability.external.models import BusySpan, ExternalCalendar
from booking.availability.external.words import FLAWS
from booking.db import db, unit_of_work
from booking.lectures.engine.unbookable import NotBookable
from tests import databases, factories
from tests.availability.external_files import calendar, event
from tests.availability.network import PUBLIC, Internet, Reply, internet
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, NOW, WANG, Cast, at

ADDRESS = "http://calendar.example.org/private.ics"
BAD = event("SUMMARY:体检", "DTSTART:20261126T090000", "DTEND:x", uid="bad")
LOST = event("DTEND:x", uid="lost")
GOOD = event("DTSTART:20261127T090000", "DTEND:20261127T100000", uid="good")
_NOTE = re.compile(r'<div class="notice notice-bad">(.*?)</div>', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def chen(app: Flask, people: Cast) -> Client:
    return Client(app).language("en").sign_in(CHEN)


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch, app: Flask, people: Cast) -> Iterator[Internet]:
    """An internet with Chen's calendar: an entry on Thursday without an end, and a good one."""
    with app.app_context():
        db.session().execute(select(1))
        db.session.remove()
    with internet(monkeypatch) as found:
        found.names["calendar.example.org"] = [PUBLIC]
        found.answer = lambda _asked: Reply(calendar(BAD, LOST, GOOD).encode())
        yield found


def path(people: Cast, part: str = "") -> str:
    return f"/instructors/{people.chen.id}/availability/calendars{part}"


def upload(browser: Client, people: Cast, *parts: str) -> int:
    data = io.BytesIO(calendar(*parts).encode())
    fields = {"upload-label": "单位", "upload-all_day": "busy", "upload-file": (data, "x.ics")}
    return browser.post(path(people, "/upload"), fields).status_code


def add(app: Flask, people: Cast, time: Time) -> int:
    """Chen's calendar by its address, read once."""
    with app.app_context(), unit_of_work() as session:
        kept = service.add_address(
            session, instructor_id=people.chen.id, address=ADDRESS, label="", all_day_busy=True,
            now=NOW,
        ).id  # fmt: skip
    work(app, time)
    return kept


def work(app: Flask, time: Time) -> None:
    with app.app_context():
        assert tasks.read_calendars(time.now) == 1


def spans(app: Flask) -> list[tuple[str, bool]]:
    """The days of the stored times, and whether they are unknown."""
    with app.app_context():
        query = select(BusySpan.starts_at, BusySpan.unknown).order_by(BusySpan.starts_at)
        zone = factories.ZONE
        return [
            (f"{start.astimezone(zone):%d %H:%M}", unknown)
            for start, unknown in db.session().execute(query)
        ]


def notes(page: str) -> list[str]:
    return [" ".join(unescape(_TAGS.sub(" ", one)).split()) for one in _NOTE.findall(page)]


def test_an_unknown_day_takes_no_booking_until_its_owner_opens_it(
    app: Flask, people: Cast, net: Internet, time: Time, chen: Client
) -> None:
    kept = add(app, people, time)
    assert spans(app) == [("26 00:00", True), ("26 09:00", False), ("27 09:00", False)]
    with pytest.raises(NotBookable):
        factories.requested(app, people, at(3, 14))

    assert chen.post(path(people, f"/{kept}/free-days")).status_code == 303

    assert spans(app) == [("26 09:00", False), ("27 09:00", False)]
    with pytest.raises(NotBookable):
        factories.requested(app, people, at(3, 9))
    assert factories.requested(app, people, at(3, 14)) != ""


def test_what_was_declared_free_stays_open_and_what_is_new_closes(
    app: Flask, people: Cast, net: Internet, time: Time, chen: Client
) -> None:
    kept = add(app, people, time)
    chen.post(path(people, f"/{kept}/free-days"))
    another = event("DTSTART:20261128T090000", "DTEND:x", uid="another")
    net.answer = lambda _asked: Reply(calendar(BAD, another).encode())

    time.now = NOW + EVERY
    work(app, time)
    assert spans(app) == [("26 09:00", False), ("28 00:00", True), ("28 09:00", False)]

    moved = BAD.replace("T090000", "T100000")
    net.answer = lambda _asked: Reply(calendar(moved).encode())
    time.now = NOW + 2 * EVERY
    work(app, time)
    assert spans(app) == [("26 00:00", True), ("26 10:00", False)]

    net.answer = lambda _asked: Reply(calendar(GOOD).encode())
    time.now = NOW + 3 * EVERY
    work(app, time)
    assert spans(app) == [("27 09:00", False)]


@sqlite_only
def test_the_page_names_kind_and_day_and_never_a_title(
    app: Flask, people: Cast, chen: Client, time: Time
) -> None:
    assert upload(chen, people, BAD, LOST, GOOD) == 303
    page = chen.get(path(people)).text

    assert notes(page) == [
        "2 entries of this calendar cannot be read for certain. All others count. "
        f"{FLAWS[Flaw.NO_START]} (1) "
        f"{FLAWS[Flaw.END]} (1) · Thu 26 Nov "
        "Unknown days, on which nothing new is booked. Look into that calendar: Thu 26 Nov "
        "Some of these entries may take time on days that stay open here. Look into that calendar "
        "before a lecture is accepted. "
        "The unknown days are free 单位 Open these days? Only who keeps that calendar knows "
        "whether they are free. Yes, they are free 单位"
    ]
    assert "体检" not in page
    chinese = chen.language("zh_Hans_CN").get(path(people)).text
    assert notes(chinese)[0].startswith("该日历中有2个日程")
    chen.language("en")
    upload(chen, people, GOOD)
    assert len(notes(chen.get(path(people)).text)) == 1

    time.now = NOW + timedelta(days=5)
    [note] = notes(chen.get(path(people)).text)
    assert note.startswith("One entry")
    assert "26 Nov" not in note


@sqlite_only
def test_the_instructors_calendar_shows_unknown_days(
    app: Flask, people: Cast, chen: Client
) -> None:
    assert "unknown elsewhere" not in chen.get("/inbox/calendar").text
    upload(chen, people, BAD)
    page = chen.get("/inbox/calendar?view=list").text

    # Once in the key, once on the day.
    assert page.count("unknown elsewhere") == 2
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, start=8, end=12)
    day = chen.get("/inbox/calendar?view=week").text.split("Thu 26 Nov")[1].split("</ul>")[0]
    assert "entry-unknown" in day
    assert "entry-free" not in day


@sqlite_only
def test_who_answers_a_request_is_told_of_what_could_not_be_read(
    app: Flask, people: Cast, chen: Client
) -> None:
    number = factories.requested(app, people, at(3, 14))
    told = "has an entry that could not be read"

    upload(chen, people, GOOD)
    assert told not in chen.get(f"/lectures/{number}").text
    upload(chen, people, BAD)
    assert told in chen.get(f"/lectures/{number}").text
    with app.app_context():
        kept = (
            db.session()
            .scalars(select(ExternalCalendar.id).where(ExternalCalendar.unread_count > 0))
            .one()
        )
    chen.post(path(people, f"/{kept}/free-days"))
    assert told not in chen.get(f"/lectures/{number}").text
    upload(chen, people, LOST)
    assert told in chen.get(f"/lectures/{number}").text


@sqlite_only
def test_who_opens_days_for_another_is_recorded_and_strangers_cannot(
    app: Flask, people: Cast, chen: Client
) -> None:
    upload(chen, people, BAD)
    with app.app_context():
        kept = db.session().scalars(select(ExternalCalendar.id)).one()
    stranger = Client(app).sign_in(factories.LI)
    assert stranger.post(path(people, f"/{kept}/free-days")).status_code in {403, 404}
    other = f"/instructors/{people.zhou.id}/availability/calendars/{kept}/free-days"
    wang = Client(app).sign_in(WANG)
    wang.post(other)
    assert ("26 00:00", True) in spans(app)

    assert wang.post(path(people, f"/{kept}/free-days")).status_code == 303

    assert ("26 00:00", True) not in spans(app)
    with app.app_context():
        query = select(AuditEntry.detail).order_by(AuditEntry.id)
        changes = [row.get("change") for row in db.session().scalars(query) if row]
    assert changes.count("settled") == 1


@sqlite_only
def test_thousands_of_bad_entries_are_a_number(app: Flask, people: Cast, chen: Client) -> None:
    bad = [event(f"DTEND:x{number}", uid=str(number)) for number in range(MOST_NAMED + 50)]
    upload(chen, people, *bad)

    with app.app_context():
        kept = db.session().scalars(select(ExternalCalendar)).one()
        assert (len(kept.unread), kept.unread_count) == (MOST_NAMED, MOST_NAMED + 50)
        assert kept.known_until == NOW + AHEAD
    [note] = notes(chen.get(path(people)).text)
    assert note.startswith("150 entries")


def test_down_and_up_again_forgets_what_is_unknown(app: Flask, people: Cast, chen: Client) -> None:
    upload(chen, people, BAD, GOOD)
    assert len(spans(app)) == 3
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0036")
        with db.engine.connect() as connection:
            rows = connection.execute(text("SELECT count(*) FROM busy_span")).scalar()
    databases.migrate(app)

    assert rows == 2
    assert spans(app) == [("26 09:00", False), ("27 09:00", False)]
    with app.app_context():
        kept = db.session().scalars(select(ExternalCalendar)).one()
        assert (kept.unread, kept.unread_count, kept.settled) == ([], 0, [])
