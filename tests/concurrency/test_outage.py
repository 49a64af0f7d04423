"""The worker is stopped for an hour, then killed again and again: no mail is lost or out of order.

Whole, 1,000 events wait and 20 workers are killed; in `make test` some dozens and three.
"""

from __future__ import annotations

import time as stopwatch
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import text

from booking import clock
from booking.db import unit_of_work
from booking.jobs import Jobs
from booking.lectures import service
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Command, Party
from tests import databases, extent
from tests.concurrency import ledger, postbox
from tests.concurrency.postbox import Server, wait_until
from tests.concurrency.province import Place
from tests.concurrency.server import Worker, environment
from tests.concurrency.visitors import Slot, Visitor
from tests.factories import COUNTY, ZONE

LECTURES = 334 if extent.WHOLE else 18
"""Each is requested, accepted and cancelled: three events and six mails."""
KILLS = 20 if extent.WHOLE else 3
KILLS_AMONG_EVENTS = 2 if extent.WHOLE else 1
"""So many workers are killed while they handle events, the others while they send."""
HOUR, MORE = 60, 3
"""Minutes: the outage, and what each further worker is later, so that leases have expired."""
PATIENCE_SECONDS = 900.0
THREADS = 2
"""Of a worker: each may die with one mail that was handed over and not marked."""


class Row(NamedTuple):
    """A delivery as it is stored."""

    recipient: str
    lecture_id: int
    event_id: int
    message_id: str
    sent: bool
    superseded: bool


@pytest.fixture
def post() -> Iterator[Server]:
    """A mail server."""
    with postbox.serving() as server:
        server.patience = PATIENCE_SECONDS
        yield server


def _live_through(app: Flask, visitor: Visitor, slot: Slot) -> None:
    """A lecture is requested, accepted and cancelled."""
    starts_at = datetime.fromisoformat(slot.start).replace(tzinfo=ZONE).astimezone(UTC)
    wanted = BookingRequest(
        instructor_id=slot.instructor_id,
        topic_id=slot.topic_id,
        organisation_id=visitor.organisation_id,
        starts_at=starts_at,
        region_code=COUNTY,
        place="文化馆二楼",
    )
    with app.app_context():
        with unit_of_work() as session:
            number = service.request_lecture(
                session, booking_request=wanted, user_id=None, now=clock.now(), zone=ZONE
            ).number
        for command, party in (
            (Command.CONFIRM, Party.INSTRUCTOR),
            (Command.CANCEL, Party.BRANCH),
        ):
            with unit_of_work() as session:
                service.apply_command(
                    session,
                    number=number,
                    command=command,
                    parties=frozenset({party}),
                    user_id=None,
                    now=clock.now(),
                    reason="那天另有任务。",
                )


def _fill(place: Place) -> None:
    with databases.running(place.url, place.folder) as app:
        visitors = place.province.visitors
        for number in range(LECTURES):
            _live_through(app, visitors[number % len(visitors)], place.province.slots[number])


def _wake(place: Place) -> None:
    """What the next change would do: the killed worker may have taken the last call along."""
    with databases.running(place.url, place.folder) as app:
        jobs: Jobs = app.extensions["jobs"]
        jobs.wake()


def _waiting_events(place: Place) -> int:
    query = text("SELECT count(*) FROM outbox_event WHERE handled_at IS NULL")
    with ledger.connected(place.url) as connection:
        return int(connection.execute(query).scalar_one())


def _wait_for_events(place: Place, left: int) -> None:
    wait_until(lambda: _waiting_events(place) <= left, PATIENCE_SECONDS)


def _rows(place: Place) -> list[Row]:
    query = text(
        "SELECT recipient, lecture_id, event_id, message_id, sent_at IS NOT NULL,"
        " superseded_at IS NOT NULL FROM delivery ORDER BY id"
    )
    with ledger.connected(place.url) as connection:
        found = connection.execute(query).all()
    return [
        Row(recipient, lecture_id, event_id, message_id, bool(sent), bool(superseded))
        for recipient, lecture_id, event_id, message_id, sent, superseded in found
    ]


def _begin(place: Place, post: Server, number: int) -> Worker:
    """The worker that comes after `number` others were killed."""
    ahead = str(HOUR + MORE * number)
    env = environment(place.url, place.folder, CLOCK_AHEAD_MINUTES=ahead, **post.environment)
    log = place.folder / f"worker-{number}.log"
    return Worker(env, log, "tests.concurrency.outage_wsgi")


def _kill_twenty_times(place: Place, post: Server, running: ExitStack) -> None:
    """Start one worker after the other, and kill each in the middle of its work."""
    events, mails = _waiting_events(place), 6 * LECTURES
    for number in range(KILLS):
        worker = _begin(place, post, number)
        running.callback(worker.stop)
        _wake(place)
        if number < KILLS_AMONG_EVENTS:
            left = events - events * (number + 1) // (KILLS_AMONG_EVENTS + 1)
            _wait_for_events(place, left)
            worker.kill()
            continue
        part = number + 1 - KILLS_AMONG_EVENTS
        post.strike_at(mails * part // (KILLS - KILLS_AMONG_EVENTS + 1), worker.kill)


def test_an_hour_without_a_worker_then_kill_after_kill(place: Place, post: Server) -> None:
    _fill(place)
    assert _waiting_events(place) == 3 * LECTURES
    began = stopwatch.monotonic()
    with ExitStack() as running:
        _kill_twenty_times(place, post, running)
        last = _begin(place, post, KILLS)
        running.callback(last.stop)
        _wake(place)
        wait_until(lambda: ledger.untold(place.url) == 0, PATIENCE_SECONDS)

    rows, received = _rows(place), post.mails()
    _check_nothing_is_lost(rows, received)
    _check_the_order(rows, received)
    ids = [mail["Message-ID"] for mail in received]
    twice = len(ids) - len(set(ids))
    assert twice <= THREADS * (KILLS - KILLS_AMONG_EVENTS)
    superseded = sum(row.superseded for row in rows)
    print(
        f"\n{place.kind}: {3 * LECTURES} events, {KILLS} kills, {len(rows)} mails in"
        f" {stopwatch.monotonic() - began:.0f} s: {len(set(ids))} received, {twice} of them twice"
        f" with the same Message-ID, {superseded} superseded, 0 lost"
    )


def _check_nothing_is_lost(rows: list[Row], received: list[EmailMessage]) -> None:
    """Each event has its mail to each side, which came, or gave way to a later one that came."""
    assert len({(row.event_id, row.recipient) for row in rows}) == 6 * LECTURES
    came = {str(mail["Message-ID"]) for mail in received}
    assert {row.message_id for row in rows if row.sent} - came == set()
    sent = {(row.lecture_id, row.recipient, row.event_id) for row in rows if row.sent}
    last = {(row.lecture_id, row.recipient): row for row in rows}
    assert [row for row in last.values() if not row.sent] == []
    for row in rows:
        if row.superseded:
            assert any(
                (lecture, recipient) == (row.lecture_id, row.recipient) and event > row.event_id
                for lecture, recipient, event in sent
            )


def _check_the_order(rows: list[Row], received: list[EmailMessage]) -> None:
    """Per lecture and recipient no mail comes after one of a later event."""
    of = {row.message_id: row for row in rows}
    seen: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for mail in received:
        row = of[str(mail["Message-ID"])]
        seen[row.lecture_id, row.recipient].append(row.event_id)
    assert len(seen) == 2 * LECTURES
    assert [events for events in seen.values() if events != sorted(events)] == []
