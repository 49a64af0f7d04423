"""A calendar kept elsewhere closes time, is read at intervals, and keeps its last good list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.availability import tasks
from booking.availability.engine.offers import SlotRequest, WhyNot
from booking.availability.external import expansion, service
from booking.availability.external.engine.calendar import EVERY, BusyTimes, Trouble
from booking.availability.external.errors import TooManyCalendars
from booking.availability.external.fetch import Validators
from booking.availability.external.models import BusySpan, ExternalCalendar
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.unbookable import REASONS, NotBookable
from booking.lectures.schedules import queries as schedule_queries
from tests import factories
from tests.availability.external_files import calendar, event, timed
from tests.availability.network import PUBLIC, Asked, Internet, Reply, internet
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import NOW, ZONE, Cast, at

SECRET = "private-0123456789abcdef"
ADDRESS = f"http://calendar.example.org/{SECRET}.ics"
DAY = timedelta(days=1)
MORNING = timed(start="20261126T090000", end="20261126T110000")  # Thursday, at(3, ...)

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch, app: Flask) -> Iterator[Internet]:
    """An internet with Chen's calendar, busy on Thursday from 9 to 11."""
    with app.app_context():
        db.session().execute(select(1))  # PostgreSQL's connection is open before names are ours
        db.session.remove()
    with internet(monkeypatch) as found:
        found.names["calendar.example.org"] = [PUBLIC]
        found.answer = lambda _asked: Reply(calendar(MORNING).encode(), headers={"ETag": '"1"'})
        yield found


def add(app: Flask, cast: Cast, *, all_day_busy: bool = True, now: datetime = NOW) -> int:
    with app.app_context(), unit_of_work() as session:
        return service.add_address(
            session,
            instructor_id=cast.chen.id,
            address=ADDRESS,
            label="",
            all_day_busy=all_day_busy,
            now=now,
        ).id


def work(app: Flask, time: Time, now: datetime = NOW) -> int:
    """One round of the worker; returns how many calendars were tried."""
    time.now = now
    with app.app_context():
        return tasks.read_calendars(now)


def stored(app: Flask) -> ExternalCalendar:
    with app.app_context():
        return db.session().scalars(select(ExternalCalendar)).one()


def spans(app: Flask) -> list[tuple[datetime, datetime]]:
    with app.app_context():
        query = select(BusySpan.starts_at, BusySpan.ends_at).order_by(BusySpan.starts_at)
        return [(start, end) for start, end in db.session().execute(query)]


def offered(app: Flask, cast: Cast, minutes: int = 120) -> list[str]:
    """The hours at which Thursday is offered."""
    day = at(3, 9).astimezone(ZONE).date()
    with app.app_context():
        slots = schedule_queries.bookable_slots(
            db.session(),
            [cast.chen.id],
            slot_request=SlotRequest(minutes),
            first=day,
            last=day,
            now=NOW,
            zone=ZONE,
        )
        return [f"{start.astimezone(ZONE):%H:%M}" for start, _end in slots[cast.chen.id]]


def keep(app: Flask, instructor_id: int, *busy: tuple[datetime, datetime]) -> None:
    """A calendar with these busy times."""
    with app.app_context(), unit_of_work() as session:
        service.add_upload(
            session,
            instructor_id=instructor_id,
            busy=BusyTimes(list(busy), at(400, 0)),
            label="日历",
            all_day_busy=True,
            now=NOW,
        )


def test_what_the_list_leaves_out_the_booking_refuses(app: Flask, people: Cast) -> None:
    keep(app, people.chen.id, (at(3, 9), at(3, 11)))
    at_noon = offered(app, people)[:3]
    answers = {}
    for start in (at(3, 8), at(3, 9), at(3, 10, 30)):
        with pytest.raises(NotBookable) as refused:
            factories.requested(app, people, start)
        answers[start] = (str(refused.value.sentence), (refused.value.nearest or ())[0][0])

    assert at_noon == ["11:00", "11:30", "12:00"]
    assert set(answers.values()) == {(str(REASONS[WhyNot.EXTERNAL_BUSY]), at(3, 11))}
    # Neither the way nor a buffer is added: the lecture may begin at the very end.
    assert factories.requested(app, people, at(3, 11)) != ""


@sqlite_only
def test_a_busy_time_is_told_last(app: Flask, people: Cast) -> None:
    keep(app, people.chen.id, (at(0, 0), at(200, 0)))
    day = at(3, 9).astimezone(ZONE).date()
    with app.app_context():
        schedule = schedule_queries.schedules(
            db.session(), [people.chen.id], first=day, last=day + DAY * 2, now=NOW, zone=ZONE
        )
        whys = {
            start: getattr(schedule.why_not(people.chen.id, SlotRequest(120), start), "why", None)
            for start in (at(3, 6), at(3, 9), at(3, 9, 7), at(5, 9), at(1, 9))
        }

    assert whys == {
        at(3, 6): WhyNot.OUTSIDE_HOURS,
        at(3, 9): WhyNot.EXTERNAL_BUSY,
        at(3, 9, 7): WhyNot.EXTERNAL_BUSY,
        at(5, 9): WhyNot.OUTSIDE_HOURS,  # Saturday
        at(1, 9): WhyNot.NOTICE,
    }


def test_the_calendar_of_one_closes_nobody_elses_time(app: Flask, people: Cast) -> None:
    keep(app, people.zhou.id, (at(0, 0), at(90, 0)))

    assert offered(app, people)[0] == "08:00"


@sqlite_only
def test_busy_times_cost_one_query_for_all(app: Flask, people: Cast, queries: QueryCount) -> None:
    day = at(3, 9).astimezone(ZONE).date()
    counts = []
    for ids in ([people.chen.id], [people.chen.id, people.zhou.id]):
        keep(app, ids[-1], *[(at(n, 9), at(n, 10)) for n in range(30)])
        with app.app_context(), queries() as seen:
            schedule_queries.schedules(
                db.session(), ids, first=day, last=day + DAY, now=NOW, zone=ZONE
            )
        counts.append(sum("busy_span" in one for one in seen))
        assert len(seen) == 2
    assert counts == [1, 1]


def test_the_worker_reads_a_calendar_that_was_added(
    app: Flask, people: Cast, net: Internet, time: Time
) -> None:
    add(app, people)
    before = offered(app, people)[0]

    assert work(app, time) == 1

    assert (before, offered(app, people)[0]) == ("08:00", "11:00")
    assert spans(app) == [(at(3, 9), at(3, 11))]
    known = stored(app)
    assert (known.trouble, known.failures, known.last_good_at) == (None, 0, NOW)
    assert (known.host, known.label) == ("calendar.example.org",) * 2
    assert known.next_try_at == NOW + EVERY
    assert known.address is not None
    assert SECRET not in known.address


@sqlite_only
def test_a_calendar_is_read_in_its_rhythm(
    app: Flask, people: Cast, net: Internet, time: Time
) -> None:
    add(app, people)
    minutes = [minute for minute in range(61) if work(app, time, NOW + timedelta(minutes=minute))]

    assert minutes == [0, 15, 30, 45, 60]


@sqlite_only
def test_what_has_not_changed_is_not_read_but_counts_as_good(
    app: Flask, people: Cast, net: Internet, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    net.answer = lambda asked: Reply(
        calendar(MORNING).encode(),
        304 if asked.headers.get("if-none-match") == '"1"' else 200,
        {"ETag": '"1"'},
    )
    parsed: list[datetime] = []
    really = expansion.read_calendar

    def watched(data: bytes, *, now: datetime, **more: Any) -> BusyTimes:
        parsed.append(now)
        return really(data, now=now, **more)

    monkeypatch.setattr(tasks, "read_calendar", watched)
    add(app, people)
    months = [NOW + timedelta(days=days) for days in (0, 1, 29, 31)]
    for now in months:
        assert work(app, time, now) == 1

    # After thirty days the window has moved, and the same file says more.
    assert parsed == [months[0], months[3]]
    assert stored(app).last_good_at == months[3]


@sqlite_only
def test_failures_keep_the_last_good_list_and_wait_longer(
    app: Flask, people: Cast, net: Internet, time: Time
) -> None:
    add(app, people)
    work(app, time)
    good = spans(app)
    net.answer = lambda _asked: Reply(b"<html>", 200)
    now, waits = NOW + EVERY, []
    for _try in range(9):
        assert work(app, time, now) == 1
        again = stored(app).next_try_at
        assert again is not None
        waits.append(int((again - now).total_seconds() / 60))
        now = again

    known = stored(app)
    assert waits == [30, 60, 120, 240, 480, 960, 1440, 1440, 1440]
    assert spans(app) == good
    assert (known.trouble, known.failing_since) == (Trouble.NOT_A_CALENDAR, NOW + EVERY)
    assert known.last_good_at == NOW

    net.answer = lambda _asked: Reply(calendar().encode())
    work(app, time, now)
    known = stored(app)
    assert (known.trouble, known.failing_since, known.failures) == (None, None, 0)
    assert known.next_try_at == now + EVERY
    assert spans(app) == []


@sqlite_only
@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://inside.example.org/a", Trouble.NOT_PUBLIC),
        ("http://nowhere.example.org/", Trouble.UNREACHABLE),
    ],
)
def test_what_is_not_asked_says_so(
    app: Flask, people: Cast, net: Internet, time: Time, address: str, found: Trouble
) -> None:
    net.names["inside.example.org"] = ["10.0.0.1"]
    with app.app_context(), unit_of_work() as session:
        service.add_address(
            session,
            instructor_id=people.chen.id,
            address=address,
            label="",
            all_day_busy=True,
            now=NOW,
        )
    work(app, time)

    assert stored(app).trouble is found
    assert net.connected == []


@sqlite_only
def test_a_changed_secret_is_told_and_not_stumbled_over(
    app: Flask, people: Cast, net: Internet, time: Time
) -> None:
    add(app, people)
    old = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "another secret, as long as it has to be"
    work(app, time)
    assert stored(app).trouble is Trouble.KEY_CHANGED

    app.config["SECRET_KEY_FALLBACKS"] = [old]
    work(app, time, NOW + DAY)
    assert stored(app).trouble is None

    app.config["SECRET_KEY_FALLBACKS"] = []
    work(app, time, NOW + 2 * DAY)
    assert stored(app).trouble is None


def test_of_two_workers_one_reads(app: Flask, people: Cast) -> None:
    add(app, people)
    with app.app_context():
        with unit_of_work() as session:
            first = service.claim(session, now=NOW)
        with unit_of_work() as session:
            second = service.claim(session, now=NOW + timedelta(minutes=1))
        with unit_of_work() as session:
            later = service.claim(session, now=NOW + timedelta(minutes=2))
    assert (first is None, second) == (False, None)
    assert first is not None
    assert later is not None

    # The first one was too slow: its lease is over, and what it says is not taken.
    empty = BusyTimes([], NOW)
    with app.app_context(), unit_of_work() as session:
        taken = [
            service.take_in(
                session, claimed=one, busy=empty, validators=Validators(), now=NOW + DAY
            )
            for one in (first, later, later)
        ]
    assert taken == [False, True, False]


@sqlite_only
def test_a_calendar_removed_while_it_is_read_stays_removed(
    app: Flask, people: Cast, net: Internet, time: Time
) -> None:
    number = add(app, people)

    def answer(_asked: Asked) -> Reply:
        with app.app_context(), unit_of_work() as session:
            service.remove(session, instructor_id=people.chen.id, calendar_id=number)
        return Reply(calendar(MORNING).encode())

    net.answer = answer

    assert work(app, time) == 1
    assert spans(app) == []


@sqlite_only
def test_days_mean_what_the_owner_says_last(
    app: Flask, people: Cast, net: Internet, time: Time
) -> None:
    thursday = calendar(event("DTSTART;VALUE=DATE:20261126"))
    net.answer = lambda asked: Reply(
        thursday.encode(), 304 if "if-none-match" in asked.headers else 200, {"ETag": '"1"'}
    )
    number = add(app, people)
    work(app, time)
    closed = offered(app, people)
    with app.app_context(), unit_of_work() as session:
        service.choose_all_day(
            session, instructor_id=people.chen.id, calendar_id=number, busy=False, now=NOW
        )
    work(app, time)

    assert (closed, offered(app, people)[0]) == ([], "08:00")


def test_five_calendars_are_enough(app: Flask, people: Cast) -> None:
    for _number in range(5):
        keep(app, people.chen.id)
    with pytest.raises(TooManyCalendars):
        keep(app, people.chen.id)
    keep(app, people.zhou.id)


@sqlite_only
def test_an_online_lecture_is_closed_as_well(app: Flask, people: Cast) -> None:
    keep(app, people.chen.id, (at(3, 9), at(3, 9, 1)))

    with pytest.raises(NotBookable):
        factories.requested(app, people, at(3, 9), format=Format.ONLINE)


@sqlite_only
def test_nothing_but_times_is_stored(app: Flask, people: Cast, net: Internet, time: Time) -> None:
    net.answer = lambda _asked: Reply(
        calendar("X-WR-CALNAME:私人\r\n", timed("SUMMARY:体检", "LOCATION:医院")).encode()
    )
    add(app, people)
    work(app, time)
    with app.app_context(), db.engine.connect() as connection:
        dump = "\n".join(connection.connection.iterdump())

    assert len(spans(app)) == 1
    assert [word for word in (SECRET, "体检", "医院", "私人") if word in dump] == []


def test_instants_survive_both_databases(app: Flask, people: Cast) -> None:
    edge = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    keep(app, people.chen.id, (edge, edge + timedelta(seconds=2)))

    assert spans(app) == [(edge, edge + timedelta(seconds=2))]
