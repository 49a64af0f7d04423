"""What fails is one mail, and a server that is down costs nobody a try."""

from __future__ import annotations

import logging
import time as stopwatch
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.notifications.models import Delivery
from booking.notifications.transmission import transports
from booking.notifications.transmission.claims import WAITS
from tests.conftest import Time
from tests.factories import NOW
from tests.notifications.broken import DRIP, HANG_UP, SILENT, BrokenServer, Trouble, serving
from tests.notifications.conftest import round_of_work

MANY, FEW = 17, 5
BAD = "p03@example.org"
MINUTE = timedelta(minutes=1)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def server() -> Iterator[BrokenServer]:
    """A mail server that breaks as it is told."""
    with serving() as found:
        yield found


@pytest.fixture
def scheme() -> str:
    """How the address of the server begins."""
    return "smtp://"


@pytest.fixture
def environment(server: BrokenServer, scheme: str) -> dict[str, str]:
    """The application hands its mail to that server."""
    return {"SMTP_URL": f"{scheme}127.0.0.1:{server.port}"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("ANSWER", 0.5), ("OPEN", 1.5), ("MAIL", 1.5), ("FAREWELL", 0.2)):
        monkeypatch.setattr(transports, f"{name}_SECONDS", seconds)


def write(app: Flask, count: int = MANY, *, also: tuple[str, ...] = ()) -> None:
    """Mail to p00@example.org and so on, then to `also`, all due now."""
    with app.app_context(), unit_of_work() as session:
        for recipient in (*(f"p{number:02d}@example.org" for number in range(count)), *also):
            message = f"Message-ID: <{recipient}>\r\nSubject: x\r\n\r\n.text\r\n".encode()
            session.add(
                Delivery(
                    recipient=recipient,
                    subject="x",
                    message=message,
                    created_at=NOW,
                    next_try_at=NOW,
                )
            )


def unsent(app: Flask) -> dict[str, int]:
    """Who has no mail yet, and how many tries that has cost."""
    with app.app_context():
        query = select(Delivery.recipient, Delivery.attempts).where(Delivery.sent_at.is_(None))
        return dict(db.session.execute(query).all())


def given_up(app: Flask) -> list[str]:
    with app.app_context():
        query = select(Delivery.recipient).where(
            Delivery.sent_at.is_(None), Delivery.next_try_at.is_(None)
        )
        return list(db.session.scalars(query))


def at_one(verb: str, answer: str, bad: str = BAD) -> Trouble:
    """Trouble for one recipient only."""
    return lambda said, recipient: answer if (said, recipient) == (verb, bad) else ""


def always(verb: str, answer: str) -> Trouble:
    """Trouble for everybody."""
    return lambda said, _recipient: answer if said == verb else ""


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("RCPT", HANG_UP),
        ("DATA", HANG_UP),
        ("END", HANG_UP),
        ("RCPT", "421 closing"),
        ("END", "421 closing"),
        ("RCPT", "451 greylisted"),
        ("RCPT", "550 nobody"),
        ("DATA", "503 no valid recipients"),
        ("END", "554 spam"),
    ],
)
def test_one_bad_recipient_holds_up_nobody(
    app: Flask, server: BrokenServer, time: Time, verb: str, answer: str
) -> None:
    write(app)
    server.trouble = at_one(verb, answer)

    assert round_of_work(app, time) == MANY - 1

    assert unsent(app) == {BAD: 1}
    assert BAD not in server.recipients
    for wait in WAITS:
        time.now += wait * MINUTE
        assert round_of_work(app, time) == 0
    # The server has taken other mail meanwhile, so this one is to blame.
    assert given_up(app) == [BAD]
    assert unsent(app) == {BAD: 7}


@sqlite_only
@pytest.mark.parametrize(("verb", "answer"), [("RCPT", SILENT), ("END", DRIP)])
def test_one_slow_recipient_holds_up_nobody(
    app: Flask, server: BrokenServer, time: Time, verb: str, answer: str
) -> None:
    write(app)
    server.trouble = at_one(verb, answer)

    assert round_of_work(app, time) == MANY - 1

    assert BAD not in server.recipients
    time.now += WAITS[0] * MINUTE
    assert round_of_work(app, time) == 0
    assert unsent(app) == {BAD: 2}


@sqlite_only
def test_an_address_that_smtp_cannot_write_holds_up_nobody(
    app: Flask, server: BrokenServer, time: Time
) -> None:
    write(app, FEW, also=("李静@example.org", "z@example.org"))

    assert round_of_work(app, time) == FEW + 1
    assert set(unsent(app).values()) == {1}
    assert server.recipients[-1] == "z@example.org"


DOWN = [
    ("smtp://", always("CONNECT", "421 too busy")),
    ("smtp://", always("CONNECT", "554 go away")),
    ("smtp://", always("CONNECT", HANG_UP)),
    ("smtp://", always("CONNECT", SILENT)),
    ("smtp://", always("EHLO", DRIP)),
    ("smtp://", lambda verb, _recipient: "" if verb == "CONNECT" else "421 closing"),
    ("smtp://", always("MAIL", "452 disk full")),
    ("smtp://", always("MAIL", HANG_UP)),
    ("smtp://user:secret@", always("AUTH", "535 wrong")),
    ("smtp+starttls://", always("EHLO", "250 without TLS")),
    ("smtp+starttls://", always("STARTTLS", "454 not now")),
    ("smtps://", always("CONNECT", "220 this is not TLS")),
]


@pytest.mark.parametrize(("scheme", "trouble"), DOWN, ids=range(len(DOWN)))
@sqlite_only
def test_a_server_that_is_down_charges_nobody_and_costs_one_line(
    app: Flask,
    server: BrokenServer,
    time: Time,
    scheme: str,
    trouble: Trouble,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write(app)
    server.trouble = trouble
    began = stopwatch.monotonic()
    for _round in range(2):
        caplog.clear()
        with caplog.at_level(logging.INFO):
            assert round_of_work(app, time) == 0
        assert len(caplog.records) == 1, caplog.text
        assert "secret" not in caplog.text
        assert set(unsent(app).values()) == {0}
        time.now += timedelta(days=1)
    # Hardly more than the time for one answer each: not one for each mail.
    assert stopwatch.monotonic() - began < 10

    server.trouble = always("nothing", "")
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
    assert round_of_work(app, time) == MANY
    assert len(set(server.recipients)) == MANY


@sqlite_only
def test_a_server_that_never_accepts_charges_nobody(app: Flask, time: Time) -> None:
    write(app)
    app.config["SMTP_URL"] = "smtp://127.0.0.1:9"

    assert round_of_work(app, time) == 0
    assert set(unsent(app).values()) == {0}


@pytest.mark.parametrize(("verb", "answer"), [("RCPT", HANG_UP), ("RCPT", SILENT), ("DATA", DRIP)])
@sqlite_only
def test_a_server_that_breaks_off_everywhere_ends_the_round_and_loses_no_mail(
    app: Flask, server: BrokenServer, time: Time, verb: str, answer: str
) -> None:
    write(app, FEW)
    server.trouble = always(verb, answer)

    began = stopwatch.monotonic()
    assert round_of_work(app, time) == 0
    assert stopwatch.monotonic() - began < 15
    assert sorted(unsent(app).values()) == [0, 0, 1, 1, 1]
    if answer == HANG_UP:
        for _round in range(60):
            time.now += timedelta(hours=12)
            round_of_work(app, time)
        assert given_up(app) == []

    server.trouble = always("nothing", "")
    time.now += timedelta(hours=12)
    assert round_of_work(app, time) == FEW


@sqlite_only
def test_greylisting_costs_a_try_each(app: Flask, server: BrokenServer, time: Time) -> None:
    seen: set[str] = set()

    def greylist(verb: str, recipient: str) -> str:
        if verb != "RCPT" or recipient in seen:
            return ""
        seen.add(recipient)
        return "451 come back"

    write(app)
    server.trouble = greylist

    assert round_of_work(app, time) == 0
    assert server.connections == 1
    time.now += MINUTE
    assert round_of_work(app, time) == MANY


@sqlite_only
def test_a_server_that_ends_connections_after_some_mails(
    app: Flask, server: BrokenServer, time: Time
) -> None:
    begun = []

    def five_at_a_time(verb: str, _recipient: str) -> str:
        begun.append(verb)
        return "421 enough" if verb == "MAIL" and begun.count("MAIL") % 6 == 0 else ""

    write(app)
    server.trouble = five_at_a_time

    assert round_of_work(app, time) == MANY
    assert unsent(app) == {}


@sqlite_only
def test_a_mail_whose_taking_was_not_told_comes_again_with_the_same_id(
    app: Flask, server: BrokenServer, time: Time
) -> None:
    came: list[str] = []
    server.meanwhile = came.append
    write(app, 1)
    server.trouble = always("END", HANG_UP)
    round_of_work(app, time)
    server.trouble = always("nothing", "")
    time.now += MINUTE
    round_of_work(app, time)

    assert came == ["p00@example.org"] * 2
    assert [message["Message-ID"] for _recipient, message in server.taken] == ["<p00@example.org>"]
    # A line that begins with a full stop is as it was (RFC 5321 section 4.5.2).
    assert "text" in server.taken[0][1].get_payload()


@sqlite_only
@pytest.mark.parametrize("environment", [{}])
def test_a_folder_that_takes_no_file_charges_nobody(
    app: Flask, time: Time, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    write(app)
    with app.app_context():
        from booking.notifications.transmission.delivery import mail_folder

        folder = mail_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("not a folder")

    assert round_of_work(app, time) == 0
    assert len(caplog.records) == 1
    assert set(unsent(app).values()) == {0}
    folder.unlink()
    assert round_of_work(app, time) == MANY
