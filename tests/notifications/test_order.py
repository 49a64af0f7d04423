"""Per lecture and recipient nothing older is handed over after something newer."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, text

import config
from booking.db import db, unit_of_work
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.states import Command, Party
from booking.notifications.models import Delivery
from booking.notifications.transmission import claims
from booking.notifications.transmission.claims import SUPERSEDED
from booking.outbox import handlers, rounds
from booking.outbox import service as outbox
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, Cast
from tests.notifications.broken import BrokenServer, Trouble, serving
from tests.notifications.conftest import round_of_work
from tests.notifications.test_mail import do
from tests.proposals import proposing

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[BrokenServer]:
    """A mail server that breaks as it is told."""
    with serving() as found:
        yield found


@pytest.fixture
def environment(server: BrokenServer) -> dict[str, str]:
    """The application hands its mail to that server."""
    return {"SMTP_URL": f"smtp://127.0.0.1:{server.port}"}


def greylisting() -> Trouble:
    """Refuses each recipient's first, third, fifth … mail."""
    tries: defaultdict[str, int] = defaultdict(int)

    def trouble(verb: str, recipient: str) -> str:
        if verb != "END":
            return ""
        tries[recipient] += 1
        return "451 come back" if tries[recipient] % 2 else ""

    return trouble


def told(server: BrokenServer) -> dict[str, list[tuple[str, int]]]:
    """METHOD and SEQUENCE of the calendars that each recipient got, in order."""
    found = defaultdict(list)
    for recipient, message in server.taken:
        for calendar in calendars(message):
            [event] = calendar.walk("VEVENT")
            found[recipient].append((str(calendar["METHOD"]), int(str(event["SEQUENCE"]))))
    return dict(found)


def calendars(message: EmailMessage) -> list[Calendar]:
    parts = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    return [Calendar.from_ical(bytes(part.get_payload(decode=True) or b"")) for part in parts]


def documented_statements() -> list[str]:
    """The SQL in the section about mail of docs/operations.md."""
    section = (config.ROOT / "docs" / "operations.md").read_text().partition("## Mail\n")[2]
    block = section.partition("```sql\n")[2].partition("```")[0]
    statements = [one.strip() for one in block.split(";\n") if one.strip()]
    assert len(statements) == 4
    return statements


def superseded(app: Flask) -> list[tuple[str, int | None]]:
    """To whom, and of which SEQUENCE; their text is forgotten."""
    with app.app_context():
        rows = db.session().scalars(select(Delivery).order_by(Delivery.id)).all()
    found = [one for one in rows if one.superseded_at is not None]
    assert {(one.sent_at, one.next_try_at, one.message) for one in found} <= {(None, None, None)}
    assert {one.last_error for one in found} <= {SUPERSEDED}
    return [(one.recipient, one.sequence) for one in found]


def test_an_invitation_that_was_refused_does_not_come_after_the_cancellation(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    number = factories.requested(app, people)
    round_of_work(app, time)
    server.trouble = greylisting()
    do(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
    round_of_work(app, time)  # the invitations are refused
    time.now += MINUTE / 2
    do(app, number, Command.CANCEL, Party.BRANCH, time)
    for _minute in range(30):
        round_of_work(app, time)
        time.now += MINUTE

    assert told(server) == {CHEN: [("CANCEL", 2)], LI: [("CANCEL", 2)]}
    assert superseded(app) == [(CHEN, 1), (LI, 1)]


def test_what_nobody_refused_goes_in_order(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    number = factories.confirmed(app, people)
    do(app, number, Command.CANCEL, Party.BRANCH, time)
    round_of_work(app, time)

    in_order = [("REQUEST", 1), ("CANCEL", 2)]
    assert told(server) == {CHEN: in_order, LI: in_order}
    assert superseded(app) == []


def test_after_a_server_was_down_nothing_comes_in_the_wrong_order(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    number = factories.confirmed(app, people)
    # MAIL is reached only after a claim: the mail is given back, and stands behind the others.
    server.trouble = lambda verb, _recipient: "452 full" if verb == "MAIL" else ""
    for _minute in range(3):
        round_of_work(app, time)
        time.now += MINUTE
    do(app, number, Command.CANCEL, Party.BRANCH, time)
    round_of_work(app, time)
    server.trouble = lambda _verb, _recipient: ""
    round_of_work(app, time)

    for methods in told(server).values():
        assert methods == sorted(methods, key=lambda one: one[1])
        assert methods[-1] == ("CANCEL", 2)


def test_a_mail_that_was_given_up_and_is_tried_again_by_hand(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    number = factories.confirmed(app, people, factories.at(21, 9))
    server.trouble = lambda verb, recipient: "550 no" if (verb, recipient) == ("RCPT", LI) else ""
    for _try in range(10):
        round_of_work(app, time)
        time.now += timedelta(hours=12)
    server.trouble = lambda _verb, _recipient: ""
    do(app, number, Command.CANCEL, Party.BRANCH, time)
    round_of_work(app, time)
    for statement in documented_statements():
        with app.app_context(), unit_of_work() as session:
            session.execute(text(statement))
    time.now = max(time.now, datetime.now(UTC)) + MINUTE
    round_of_work(app, time)

    assert told(server)[LI] == [("CANCEL", 2)]
    assert superseded(app) == [(LI, 0), (LI, 1)]


def test_the_cancellation_waits_for_the_invitation_in_another_workers_hands(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    number = factories.requested(app, people)
    round_of_work(app, time)
    do(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
    seen: list[list[tuple[str, int]] | None] = []

    def second_worker(recipient: str) -> None:
        if recipient == CHEN and not seen:
            do(app, number, Command.CANCEL, Party.BRANCH, time)
            round_of_work(app, time)
            seen.append(told(server).get(CHEN))

    server.meanwhile = second_worker
    round_of_work(app, time)

    # While the first worker's invitation was on its way, no cancellation came.
    assert seen == [None]
    assert told(server)[CHEN] == [("REQUEST", 1), ("CANCEL", 2)]
    assert told(server)[LI][-1] == ("CANCEL", 2)


def test_two_claims_at_the_same_moment(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    """The first has not committed its claim of the invitation when the second looks."""
    number = factories.requested(app, people)
    round_of_work(app, time)
    do(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
    _expand(app, time)
    with app.app_context(), unit_of_work() as session:
        for one in session.scalars(select(Delivery).where(Delivery.recipient == LI)):
            session.delete(one)
    looking = threading.Event()

    def second() -> claims.Claim | claims.Passed | None:
        with app.app_context():
            looking.set()
            with unit_of_work() as session:
                return claims.claim(session, now=time.now)

    with app.app_context(), ThreadPoolExecutor(1) as pool:
        session = db.session()
        if db.engine.dialect.name == "postgresql":
            with unit_of_work() as session:
                first = claims.claim(session, now=time.now)
                pool.submit(_cancel_and_expand, app, number, time).result(timeout=30)
                waiting = pool.submit(second)
                looking.wait(10)
                with pytest.raises(TimeoutError):
                    waiting.result(timeout=1)
        else:  # writers stand in line
            with unit_of_work() as session:
                first = claims.claim(session, now=time.now)
            _cancel_and_expand(app, number, time)
            waiting = pool.submit(second)
        found = waiting.result(timeout=30)

    assert isinstance(first, claims.Claim)
    assert first.recipient == CHEN
    assert not isinstance(found, claims.Claim) or found.recipient == LI


def _expand(app: Flask, time: Time) -> None:
    with app.app_context():
        rounds.handle_waiting(time.now)


def _cancel_and_expand(app: Flask, number: str, time: Time) -> None:
    do(app, number, Command.CANCEL, Party.BRANCH, time)
    _expand(app, time)


def test_two_workers_and_a_server_that_refuses_each_first_try(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    server.trouble = greylisting()
    numbers = [factories.requested(app, people, factories.at(day, 9)) for day in (3, 4, 7, 8)]
    both = threading.Barrier(2)

    def work() -> None:
        both.wait(30)
        round_of_work(app, time)

    def minute() -> None:
        with ThreadPoolExecutor(2) as pool:
            for worker in [pool.submit(work) for _worker in range(2)]:
                worker.result()
        time.now += MINUTE

    for number in numbers:
        do(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
        minute()
        do(app, number, Command.CANCEL, Party.BRANCH, time)
        minute()
    for _minute in range(20):
        minute()

    seen: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for recipient, message in server.taken:
        for calendar in calendars(message):
            [event] = calendar.walk("VEVENT")
            seen[recipient, str(event["UID"])].append(int(str(event["SEQUENCE"])))
    assert len(seen) == 2 * len(numbers)
    for sequences in seen.values():
        assert sequences == sorted(set(sequences))
        assert sequences[-1] == 2


def test_greylisting_with_moves_and_cancellations_in_between(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    """Per lecture and recipient SEQUENCE only grows, and nothing comes after a cancellation."""
    server.trouble = greylisting()
    numbers = [factories.requested(app, people, factories.at(day, 9)) for day in (3, 4, 7, 8)]
    new = [factories.at(day, 14) for day in (9, 10, 11, 14)]

    def minutes(count: int) -> None:
        for _minute in range(count):
            round_of_work(app, time)
            time.now += MINUTE

    for gap, (number, starts_at) in enumerate(zip(numbers, new, strict=True)):
        do(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
        minutes(gap)
        proposal = proposing.propose(app, number, [starts_at], now=time.now)
        minutes(gap % 2)
        proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, now=time.now)
        minutes(gap)
    for number in numbers[::2]:
        do(app, number, Command.CANCEL, Party.BRANCH, time)
        minutes(1)
    minutes(40)

    seen: defaultdict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for recipient, message in server.taken:
        for calendar in calendars(message):
            [event] = calendar.walk("VEVENT")
            told_now = str(calendar["METHOD"]), int(str(event["SEQUENCE"]))
            seen[recipient, str(event["UID"])].append(told_now)
    assert len(seen) == 2 * len(numbers)
    for one in seen.values():
        sequences = [sequence for _method, sequence in one]
        assert sequences == sorted(set(sequences))
        assert [method for method, _sequence in one[:-1]] == ["REQUEST"] * (len(one) - 1)
    last = [one[-1] for one in seen.values()]
    assert sorted(last) == [("CANCEL", 3)] * 4 + [("REQUEST", 2)] * 4
    with app.app_context():
        rows = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
        assert [one.id for one in rows if not (one.sent_at or one.superseded_at)] == []


def test_mails_of_two_threads_go_out_in_the_order_of_their_events(
    app: Flask, people: Cast, server: BrokenServer, time: Time
) -> None:
    """Each thread of the worker has an instant of its own; the later event may have the earlier."""
    number = factories.requested(app, people)
    time.now += MINUTE
    do(app, number, Command.CONFIRM, Party.INSTRUCTOR, time)
    time.now += MINUTE
    with app.app_context():
        first, second = outbox.waiting(db.session())
        for event, late in ((first, timedelta(seconds=1)), (second, timedelta(0))):
            with unit_of_work() as session:
                outbox.handle(session, handlers.connected(), event_id=event.id, now=time.now + late)
    time.now += MINUTE
    assert round_of_work(app, time) == 4
    assert superseded(app) == []
    of_chen = [str(mail["Subject"]) for recipient, mail in server.taken if recipient == CHEN]
    assert [subject[:3] for subject in of_chen] == ["请答复", "授课已"]
