"""The audit log: rows are added in the caller's transaction, and nobody changes them."""

from __future__ import annotations

import re
import sqlite3
import threading
import time as clocks
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from booking import audit, masks
from booking.audit import About, Action, AuditEntry, SubjectKind
from booking.db import db, unit_of_work
from tests.architecture.sources import BOOKING
from tests.audit_log import entries, told
from tests.browser import Client
from tests.factories import CHEN, Cast, requested

LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)


def add(app: Flask, at: datetime) -> None:
    """An entry of a given time, past the functions of the product."""
    values = {
        "recorded_at": at, "action": Action.SIGN_IN, "actor_label": "", "subject_label": "",
        "detail": {},
    }  # fmt: skip
    with app.app_context(), unit_of_work() as session:
        session.execute(insert(AuditEntry).values(values))


def now_really() -> datetime:
    """The database compares with its own clock, which no test stops."""
    return datetime.now(UTC)


def test_an_entry_is_durable_with_what_it_tells_of_or_not_at_all(app: Flask) -> None:
    def work(*, fails: bool) -> None:
        with unit_of_work() as session:
            audit.record(session, Action.DAYS_IMPORTED, detail={"year": 2027})
            if fails:
                raise ZeroDivisionError

    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            work(fails=True)
        assert entries(app, Action.DAYS_IMPORTED) == []
        work(fails=False)
    assert [one.detail for one in entries(app, Action.DAYS_IMPORTED)] == [{"year": 2027}]


CHANGES: dict[str, Executable] = {
    "update": update(AuditEntry).values(actor_label="somebody else"),
    "delete": delete(AuditEntry),
    "truncate": text("TRUNCATE audit_entry"),
    "replace": text(
        "INSERT OR REPLACE INTO audit_entry (id, recorded_at, action, actor_label, subject_label,"
        " detail) SELECT id, recorded_at, action, 'x', subject_label, detail FROM audit_entry"
    ),
}
ONLY = {"truncate": "postgresql", "replace": "sqlite"}


@pytest.mark.parametrize(
    ("database_url", "change"),
    [
        (database, change)
        for database in ("sqlite", "postgresql")
        for change in CHANGES
        if ONLY.get(change, database) == database
    ],
    indirect=["database_url"],
)
def test_the_database_refuses_to_change_what_was_recorded(app: Flask, change: str) -> None:
    add(app, now_really() - timedelta(days=179))
    with (
        app.app_context(),
        pytest.raises(DBAPIError, match="audit_entry_append_only"),
        unit_of_work() as session,
    ):
        session.execute(CHANGES[change])

    assert told(app, "action", "actor_label") == [(Action.SIGN_IN, "")]


def test_only_what_is_old_can_be_deleted(app: Flask) -> None:
    for days in (181, 179):
        add(app, now_really() - timedelta(days=days))
    old = AuditEntry.recorded_at < now_really() - timedelta(days=180)
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(AuditEntry).where(old))
    assert len(entries(app)) == 1


def test_texts_hold_no_contacts_whoever_hands_them_over(app: Flask) -> None:
    about = About(SubjectKind.USER, 7, "li.na@example.org")
    with app.app_context(), unit_of_work() as session:
        audit.record(
            session,
            Action.ROLE_GIVEN,
            about=about,
            by=audit.By(3, "wang@example.org"),
            address="203.0.113.77",
            detail={"note": "Call 139 0000 1234 or a@b.cn", "more": ["021-5555-0000"], "n": 5},
        )
    assert told(app, "actor_label", "subject_label", "network", "detail") == [(
        "w***@example.org", "l***@example.org", "203.0.113.0/24",
        {"note": "Call *** or a***@b.cn", "more": ["***"], "n": 5},
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.200", "198.51.100.0/24"),
        ("::ffff:198.51.100.200", "198.51.100.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unix:", None),
        ("", None),
        (None, None),
    ],
)
def test_of_an_address_the_network_is_kept(address: str | None, network: str | None) -> None:
    assert masks.network(address) == network


def _lock(app: Flask, held: threading.Event, done: threading.Event) -> None:
    """Hold what a writer waits for."""
    with app.app_context(), unit_of_work() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE"))
        held.set()
        done.wait(20)


def test_nobody_waits_for_a_locked_database_and_no_entry_is_lost(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    held, done = threading.Event(), threading.Event()
    locking = threading.Thread(target=_lock, args=(app, held, done))
    locking.start()
    try:
        assert held.wait(10)
        with app.app_context():
            began = clocks.monotonic()
            audit.record_apart(Action.SIGN_IN_FAILED)
            waited = clocks.monotonic() - began
    finally:
        done.set()
        locking.join()

    assert waited < 3
    assert "1 entries of the audit log wait for the database" in caplog.text
    assert entries(app) == []
    with app.app_context():
        assert audit.write_waiting()
    assert told(app, "action") == [(Action.SIGN_IN_FAILED,)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_foreign_writer_of_the_file_keeps_nobody_either(app: Flask) -> None:
    """SQLite locks the file itself, too: for programs that know nothing of our queue."""
    with app.app_context():
        file = db.engine.url.database or ""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with app.app_context():
            began = clocks.monotonic()
            audit.record_apart(Action.SIGN_IN_FAILED)
            assert clocks.monotonic() - began < 3
    finally:
        other.close()
    with app.app_context():
        # The usual patience is back for everybody else.
        assert db.session().execute(text("PRAGMA busy_timeout")).scalar() == 10_000
        assert audit.write_waiting()
    assert len(entries(app)) == 1


def test_each_action_fits_its_column() -> None:
    assert max(len(action) for action in (*Action, *SubjectKind)) <= 20


def test_an_entry_that_can_never_be_written_keeps_no_other(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        audit.record_apart(Action.SIGN_IN, detail={"wrong": object()})
        audit.record_apart(Action.SIGN_OUT)

    assert "1 entries of the audit log cannot be written" in caplog.text
    assert told(app, "action") == [(Action.SIGN_OUT,)]


def test_an_entry_that_waits_outlives_a_form_with_a_stale_token(app: Flask, people: Cast) -> None:
    """The request of such a form may not write, and must still show the form."""
    number = requested(app, people)
    browser = Client(app).sign_in(CHEN)
    with app.test_request_context():  # Written at the end of a request, which never comes.
        audit.record_apart(Action.AUDIT_READ, by=audit.SYSTEM)

    stale = {"csrf_token": "stale", "reason": "那天另有任务。"}
    answer = browser.post(f"/lectures/{number}/decline", stale, csrf=False)

    assert (answer.status_code, "那天另有任务。" in answer.text) == (400, True)
    assert entries(app, Action.AUDIT_READ) == []
    browser.get("/account")
    assert len(entries(app, Action.AUDIT_READ)) == 1


def test_each_action_is_recorded_by_something() -> None:
    """An action that only the log and its words know is one that nobody records."""
    known = {BOOKING / "audit" / "actions.py", BOOKING / "oversight" / "words.py"}
    sources = [path.read_text() for path in BOOKING.rglob("*.py") if path not in known]
    used = {name for source in sources for name in re.findall(r"\bAction\.([A-Z_]+)\b", source)}
    pages_to_come = {Action.EXPORTED, Action.CONTACT_REVEALED}

    assert {one for one in Action if one.name not in used} <= pages_to_come
