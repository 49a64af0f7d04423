"""The measured requests, each with a check of its response."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from sqlalchemy import func, select

from benchmarks import naive, w1
from benchmarks.checking import expect
from benchmarks.client import Answer, Connection, Request, csrf_token
from benchmarks.dataset import Dataset
from benchmarks.routes import FORGET, HELLO, SLOTS
from booking import clock
from booking.availability.queries import availabilities
from booking.db import db
from booking.demo.engine.regions import CAPITAL
from booking.directory.engine.search_query import PAGE_SIZE
from booking.instructors.models import Instructor
from booking.lectures.models import Lecture
from booking.lectures.schedules.holds import booked
from booking.lectures.schedules.queries import NOTICE_MARGIN

WORD = "急救"
HELLO_NAME = "hello"


@dataclass(frozen=True, slots=True)
class Case:
    """One measured request."""

    name: str
    request: Callable[[], Request]
    """Creates the next request; bookings differ, as a slot can be booked once only."""
    check: Callable[[Answer], None]
    """Raises `WrongAnswer`."""
    status: int = 200
    before: Request | None = None
    """Sent first, not timed."""


def cases(data: Dataset, connection: Connection, cookie: str, zone: ZoneInfo) -> list[Case]:
    """All cases; the hello route first."""
    entry = data.standard
    page = f"/instructors/{entry.instructor_id}?topic={entry.topic_id}"
    return [
        _plain(HELLO_NAME, HELLO, _is_hello),
        _plain(
            "slots of one instructor, 30 days",
            f"{SLOTS}/{entry.instructor_id}",
            lambda answer: _are_slots(answer, entry.instructor_id, zone),
        ),
        _plain("page of one instructor", page, lambda answer: _shows(answer, "测速甲")),
        *(case for count, token in data.feeds.items() for case in _feed(count, token, connection)),
        _plain("directory, first page", "/instructors", lambda answer: _lists(answer, "")),
        _plain(
            f"directory, {WORD} in a city",
            f"/instructors?q={WORD}&region={CAPITAL}",
            lambda answer: _lists(answer, WORD),
        ),
        _booking(data, connection, cookie, zone),
    ]


def _plain(name: str, path: str, check: Callable[[Answer], None]) -> Case:
    return Case(name, lambda: Request(path), check)


def _feed(count: int, token: str, connection: Connection) -> Iterator[Case]:
    """Cold: from the stored texts. Warm: from the process's cache. 304: with the current ETag."""
    path, name = f"/feed/{token}.ics", f"feed of {count:,}"

    def is_feed(answer: Answer) -> None:
        events = Calendar.from_ical(answer.body).walk("VEVENT")
        expect(len(events) == count, f"{name}: {len(events)} events")
        uids = {str(event["UID"]) for event in events}
        expect(len(uids) == count, f"{name}: events share a UID")

    conditional_headers = {"If-None-Match": connection.send(Request(path)).headers["ETag"]}
    yield Case(f"{name}, cold", lambda: Request(path), is_feed, before=Request(FORGET))
    yield Case(f"{name}, warm", lambda: Request(path), is_feed)
    packed = Request(path, {"Accept-Encoding": "gzip"})
    yield Case(f"{name}, warm, gzip", lambda: packed, _is_packed)
    yield Case(f"{name}, 304", lambda: Request(path, conditional_headers), _is_empty, status=304)


def _booking(data: Dataset, connection: Connection, cookie: str, zone: ZoneInfo) -> Case:
    """A branch sends the form: lock, slot check, lecture, hold, history and event."""
    starts = iter(data.starts)
    headers = {"Cookie": cookie}

    def path() -> str:
        start = next(starts).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        entry = data.booked
        return f"/instructors/{entry.instructor_id}/book?topic={entry.topic_id}&start={start}"

    form = {
        "csrf_token": csrf_token(connection.send(Request(path(), headers)).body),
        "organisation": str(data.organisation_id),
        "region": CAPITAL,
        "place": "测速路一号",
        "format": "lecture",
        "attendees": "60",
    }
    return Case("booking", lambda: Request(path(), headers, form), _is_booked, status=303)


def _is_hello(answer: Answer) -> None:
    expect(answer.body == b"ok", "hello says something else")


def _is_empty(answer: Answer) -> None:
    expect(answer.body == b"", "a 304 has a body")


def _is_packed(answer: Answer) -> None:
    expect(answer.headers["Content-Encoding"] == "gzip", "the feed is not packed")


def _shows(answer: Answer, name: str) -> None:
    expect(name in answer.body.decode(), f"the page does not show {name}")


def _are_slots(answer: Answer, instructor_id: int, zone: ZoneInfo) -> None:
    """Check the slots against those of `naive`."""
    now = clock.now()
    today = now.astimezone(zone).date()
    last = today + timedelta(days=w1.DAYS - 1)
    session = db.session()
    calendar_span = today, last + NOTICE_MARGIN
    by_instructor = availabilities(
        session, [instructor_id], today, last, calendar_span=calendar_span
    )
    availability = by_instructor[instructor_id]
    taken = booked(session, [instructor_id], now, now + timedelta(days=w1.DAYS + 1))
    session.rollback()
    busy = [(hold.start, hold.end) for hold in taken[instructor_id]]
    expect(len(busy) == w1.LECTURES, f"{len(busy)} lectures within the days of W1")
    slots = naive.slots(
        availability, busy, minutes=w1.MINUTES, first=today, last=last, now=now, zone=zone
    )
    expect(bool(slots), "no slots at all")
    expect(answer.body.decode().split() == [s.isoformat() for s, _ in slots], "other slots")


def _lists(answer: Answer, word: str) -> None:
    """Check the number of cards against the instructors whose text contains the word."""
    query = select(func.count()).where(Instructor.listed, Instructor.search_text.contains(word))
    most = db.session().scalar(query) or 0
    db.session().rollback()
    cards = answer.body.count(b'<article class="card-instructor">')
    fits = 0 < cards <= min(most, PAGE_SIZE) if word else cards == min(most, PAGE_SIZE)
    expect(fits, f"{cards} cards for {word!r}, {most} have the word")


def _is_booked(answer: Answer) -> None:
    """Check that the lecture of the Location header is in the database."""
    number = answer.headers["Location"].rsplit("/", 1)[-1]
    query = select(func.count()).where(Lecture.number == number)
    count = db.session().scalar(query)
    db.session().rollback()
    expect(count == 1, f"there is no lecture {number!r}")
