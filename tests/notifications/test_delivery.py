"""Mail arrives at least once whatever fails, and what cannot arrive is given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from booking.db import db, unit_of_work
from booking.notifications.models import Delivery
from booking.outbox.models import OutboxEvent
from booking.outbox.service import MOST_FAILURES
from booking.web import loopback
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, Cast
from tests.notifications.conftest import Troubled, round_of_work

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WAITS = (1, 5, 15, 60, 240, 720)
"""Minutes from each failure to the next try."""

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def environment(troubled: Troubled) -> dict[str, str]:
    """The application hands its mail to a server with troubles."""
    return {"SMTP_URL": troubled.url}


def deliveries(app: Flask) -> list[tuple[str, int, bool, datetime | None, str | None]]:
    """(recipient, tries, sent, next try, error) of each, in order."""
    with app.app_context():
        return [
            (one.recipient, one.attempts, one.sent_at is not None, one.next_try_at, one.last_error)
            for one in db.session().scalars(select(Delivery).order_by(Delivery.id))
        ]


def recipients(troubled: Troubled) -> list[str]:
    return [one.rcpt_tos[0] for one in troubled.envelopes]


def test_a_failure_is_tried_again_with_growing_waits_and_then_given_up(
    app: Flask, people: Cast, troubled: Troubled, time: Time
) -> None:
    troubled.trouble = "451 try later, chen@example.org"
    factories.requested(app, people)
    tries = []
    round_of_work(app, time)
    for wait in WAITS:
        time.now += wait * MINUTE - SECOND
        round_of_work(app, time)
        tries.append(troubled.offered)  # not yet
        time.now += SECOND
        round_of_work(app, time)
        tries.append(troubled.offered)
    time.now += timedelta(days=30)
    round_of_work(app, time)

    # Each time two mails: the request to Chen, and that it was received to Li.
    assert tries == [2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14]
    assert troubled.offered == 14
    # The error is kept by its name only: its text may hold addresses.
    assert deliveries(app) == [(one, 7, False, None, "SMTPDataError, 451") for one in (CHEN, LI)]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("451 later", "SMTPDataError, 451"),
        ("554 no", "SMTPDataError, 554"),
        ("hang up", "SMTPServerDisconnected"),
    ],
)
def test_after_the_trouble_each_mail_arrives_once(
    app: Flask, people: Cast, troubled: Troubled, time: Time, trouble: str, error: str
) -> None:
    factories.confirmed(app, people)
    troubled.trouble = trouble

    assert round_of_work(app, time) == 0
    # Three connections that break off end the round: the fourth mail is not tried.
    untried = [(0, False, NOW, None)] if trouble == "hang up" else []
    tried = [(1, False, NOW + MINUTE, error)] * (4 - len(untried))
    assert [one[1:] for one in deliveries(app)] == tried + untried
    troubled.trouble = ""
    time.now += MINUTE
    assert round_of_work(app, time) == 2
    time.now += timedelta(days=1)
    assert round_of_work(app, time) == 0

    # The request has been answered meanwhile: the mails about it are not tried again.
    assert sorted(recipients(troubled)) == [CHEN, LI]
    assert [one[2] for one in deliveries(app)] == [False, False, True, True]
    with app.app_context():  # a mail is forgotten once it was handed over
        assert set(db.session().scalars(select(Delivery.message))) == {None}


def test_one_recipient_who_is_refused_holds_up_no_other(
    app: Flask, people: Cast, troubled: Troubled, time: Time
) -> None:
    factories.confirmed(app, people)
    troubled.refused.add(CHEN)

    assert round_of_work(app, time) == 2
    assert recipients(troubled) == [LI, LI]
    assert {one[0] for one in deliveries(app) if not one[2]} == {CHEN}


@sqlite_only
@pytest.mark.parametrize("environment", [{"SMTP_URL": "smtp://127.0.0.1:9"}])
def test_a_server_that_cannot_be_reached(
    app: Flask, people: Cast, time: Time, environment: dict[str, str]
) -> None:
    factories.requested(app, people)

    assert round_of_work(app, time) == 0
    assert deliveries(app) == [(one, 0, False, NOW, None) for one in (CHEN, LI)]


def test_a_second_worker_takes_nothing_that_the_first_has_claimed(
    app: Flask, people: Cast, troubled: Troubled, time: Time
) -> None:
    factories.confirmed(app, people)
    sent = []
    troubled.meanwhile = lambda: sent.append(round_of_work(app, time))

    sent.append(round_of_work(app, time))
    # While one mail is being taken in, the other workers send other mail, and none twice.
    assert sum(sent) == 4
    assert (troubled.offered, len(troubled.envelopes)) == (4, 4)
    assert sorted(recipients(troubled)) == [CHEN, CHEN, LI, LI]


class _Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_before_it_marks(app: Flask) -> Iterator[None]:
    """The worker dies when it is about to write down that a mail was sent."""

    def die(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE delivery SET") and "sent_at" in statement.split("WHERE")[0]:
            raise _Killed

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", die)
    try:
        with pytest.raises(_Killed):
            yield
    finally:
        event.remove(engine, "before_cursor_execute", die)


def test_after_a_crash_the_same_mail_is_sent_again_when_the_lease_is_over(
    app: Flask, people: Cast, troubled: Troubled, time: Time
) -> None:
    factories.requested(app, people)
    with killed_before_it_marks(app):
        round_of_work(app, time)
    assert len(troubled.envelopes) == 1

    time.now += 2 * MINUTE - SECOND
    assert round_of_work(app, time) == 1  # the other one, which nobody had claimed
    time.now += SECOND
    assert round_of_work(app, time) == 1
    time.now += timedelta(days=1)
    assert round_of_work(app, time) == 0

    first, second = [one for one in troubled.envelopes if one.rcpt_tos == [CHEN]]
    assert first.content == second.content
    assert len({mail["Message-ID"] for mail in troubled.messages}) == 2


def test_an_event_that_cannot_be_told_holds_up_no_other(
    app: Flask, people: Cast, troubled: Troubled, time: Time
) -> None:
    with app.app_context(), unit_of_work() as session:
        payload = {"kind": "no such thing"}
        session.add(OutboxEvent(kind="lecture.requested", payload=payload, recorded_at=NOW))
    factories.requested(app, people)

    sent = [round_of_work(app, time) for _minute in range(MOST_FAILURES + 3)]

    assert sent == [2] + [0] * (MOST_FAILURES + 2)
    with app.app_context():
        rows = db.session().execute(
            select(OutboxEvent.attempts, OutboxEvent.handled_at, OutboxEvent.last_error).order_by(
                OutboxEvent.id
            )
        )
        (attempts, handled_at, error), good = rows.all()
    assert (attempts, handled_at, error is None) == (MOST_FAILURES, None, False)
    assert good[:2] == (0, NOW)


def test_an_event_is_expanded_once_though_two_workers_look(
    app: Flask, people: Cast, troubled: Troubled, time: Time
) -> None:
    factories.requested(app, people)
    round_of_work(app, time)
    with app.app_context(), unit_of_work() as session:
        # A worker that crashed right before it marked the event would meet it again.
        session.execute(update(OutboxEvent).values(handled_at=None))

    assert round_of_work(app, time) == 0
    assert len(deliveries(app)) == 2
    assert len(troubled.envelopes) == 2


@sqlite_only
@pytest.mark.parametrize("environment", [{}])
def test_without_a_server_mail_is_written_and_can_be_read(
    app: Flask, people: Cast, time: Time, client: Client, environment: dict[str, str]
) -> None:
    factories.requested(app, people)
    with app.app_context():
        loopback.mark_demonstration()

    assert round_of_work(app, time) == 2
    listed, shown = client.get("/mail").text, client.get("/mail/1").text
    assert (CHEN in listed, "http://localhost/answer/" in shown) == (True, True)
    assert client.get("/mail/3").status_code == 404
