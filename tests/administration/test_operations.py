"""Operations: runs of jobs, backups; for administrators only."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.administration.operations import backups, job_record, queries, service, tasks
from booking.administration.operations.engine.runs import failure_line, is_late, next_run
from booking.administration.operations.models import (
    Backup,
    BackupFailure,
    BackupState,
    JobFailure,
    JobState,
)
from booking.audit import Action
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.outbox.models import OutboxEvent
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, PASSWORD, ROOT, WANG, Cast

PAGES = ("/manage/work", "/manage/storage")


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).language("en").sign_in(ROOT)


def jobs_of(app: Flask) -> Jobs:
    jobs: Jobs = app.extensions["jobs"]
    return jobs


@pytest.mark.parametrize("email", [LI, CHEN, WANG, None])
def test_nobody_else_gets_in(app: Flask, people: Cast, email: str | None) -> None:
    browser = Client(app)
    if email is not None:
        browser.sign_in(email)
    with app.app_context(), unit_of_work() as session:
        backup_id = service.ask_for_backup(session, user_id=None, now=NOW).id
    denied = 302 if email is None else 403
    for path in (*PAGES, f"/manage/backups/{backup_id}/download"):
        assert browser.get(path).status_code == denied
    forms = {
        "/manage/work/run": {"job": "notifications.deliver"},
        "/manage/work/events/1/retry": {},
        "/manage/backups": {},
    }
    for path, values in forms.items():
        assert browser.post(path, values).status_code == denied
    assert jobs_of(app).huey.pending_count() <= 1  # woken by the backup that was asked for


class TestJobs:
    """What the table of runs tells."""

    @pytest.fixture
    def job(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception | None]]:
        """A job whose next outcome is the last of the list."""
        outcomes: list[Exception | None] = [None]
        jobs = jobs_of(app)

        def run(_now: datetime) -> None:
            if outcomes[-1] is not None:
                raise outcomes[-1]

        kept = dict(jobs._scheduled)  # noqa: SLF001
        app.extensions["job_runs_written"].clear()
        monkeypatch.setattr(job_record, "APART_SECONDS", 0.0)
        jobs._scheduled["tests.job"] = type(next(iter(kept.values())))(run, 1)  # noqa: SLF001
        yield outcomes
        del jobs._scheduled["tests.job"]  # noqa: SLF001

    def _run(self, app: Flask) -> None:
        try:
            jobs_of(app)._run_one("tests.job")  # noqa: SLF001
        except (ValueError, sqlite3.Error):
            return

    def _state(self, app: Flask) -> tuple[int, bool, list[str]]:
        with app.app_context():
            session = db.session()
            state = session.get_one(JobState, "tests.job", populate_existing=True)
            errors = session.scalars(select(JobFailure.error).order_by(JobFailure.id))
            return state.failures, state.succeeded_at is not None, list(errors)

    def test_success_failure_and_success_again(
        self, app: Flask, people: Cast, root: Client, job: list[Exception | None]
    ) -> None:
        self._run(app)
        assert self._state(app) == (0, True, [])
        job.append(ValueError("li@example.org"))
        self._run(app)
        self._run(app)
        failures, _succeeded, errors = self._state(app)
        assert failures == 2
        assert {error.split(" ")[0] for error in errors} == {"ValueError"}
        page = root.get("/manage/work").text
        assert "2 failures" in page
        assert "li@example.org" not in page
        job.append(None)
        self._run(app)
        assert self._state(app)[0] == 0

    def test_runs_that_succeed_are_written_once_a_minute(
        self,
        app: Flask,
        people: Cast,
        time: Time,
        job: list[Exception | None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(job_record, "APART_SECONDS", 55.0)
        self._run(app)
        time.now = NOW + timedelta(seconds=10)
        self._run(app)
        with app.app_context():
            state = db.session().get_one(JobState, "tests.job")
            assert state.started_at == NOW
        # A failure is written at once, and so is the success after it.
        job.append(ValueError())
        self._run(app)
        job.append(None)
        time.now = NOW + timedelta(seconds=20)
        self._run(app)
        assert self._state(app)[0] == 0

    def test_failures_are_bounded(
        self,
        app: Flask,
        job: list[Exception | None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(job_record, "MOST_FAILURES", 3)
        job.append(ValueError())
        for _run in range(6):
            self._run(app)
        with app.app_context():
            assert db.session().scalar(select(func.count(JobFailure.id))) == 3

    def test_a_record_that_fails_does_not_fail_the_job(
        self, app: Flask, job: list[Exception | None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_arguments: object, **_values: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(job_record, "record", broken)
        jobs_of(app)._run_one("tests.job")  # noqa: SLF001

    def test_run_now_reaches_the_worker(self, app: Flask, root: Client) -> None:
        sent = root.post("/manage/work/run", {"job": "availability.seed_days"})
        assert sent.status_code == 303
        jobs = jobs_of(app)
        task = jobs.huey.dequeue()
        assert (task.name, task.args) == ("run_one", ("availability.seed_days",))
        jobs.huey.execute(task)
        with app.app_context():
            assert db.session().get(JobState, "availability.seed_days") is not None
        assert len(entries(app, Action.JOB_STARTED)) == 1

    @pytest.mark.parametrize("name", ["", "os.system", "tests.job"])
    def test_only_known_jobs(self, app: Flask, root: Client, name: str) -> None:
        assert root.post("/manage/work/run", {"job": name}).status_code == 404
        assert jobs_of(app).huey.pending_count() == 0

    def test_the_next_run_and_lateness(self) -> None:
        at = datetime(2026, 11, 23, 10, 6, 30, tzinfo=UTC)
        assert next_run(at, 1, 7) == datetime(2026, 11, 23, 10, 7, tzinfo=UTC)
        assert next_run(at, 60, 7) == datetime(2026, 11, 23, 10, 7, tzinfo=UTC)
        later = at + timedelta(minutes=1)
        assert next_run(later, 60, 7) == datetime(2026, 11, 23, 11, 7, tzinfo=UTC)
        assert not is_late(None, at, 1)
        assert not is_late(at - timedelta(minutes=6), at, 1)
        assert is_late(at - timedelta(minutes=7), at, 1)
        assert not is_late(at - timedelta(minutes=65), at, 60)

    def test_a_failure_names_its_place_and_not_its_text(self) -> None:
        try:
            next_run(None, 1, 7)  # type: ignore[arg-type]
        except AttributeError as error:
            line = failure_line(error)
        place = "booking/administration/operations/engine/runs.py"
        assert line.startswith(f"AttributeError ({place}:")
        assert failure_line(ValueError("secret")) == "ValueError"


class TestEvents:
    """Events that the worker gave up."""

    def test_they_are_listed_and_tried_again(self, app: Flask, root: Client) -> None:
        with app.app_context(), unit_of_work() as session:
            event = OutboxEvent(
                kind="lecture.requested", payload={}, recorded_at=NOW, attempts=20, last_error="Ü"
            )
            session.add(event)
            session.flush()
            event_id = event.id
        assert "given up" in root.get("/manage/work").text

        assert root.post(f"/manage/work/events/{event_id}/retry").status_code == 303

        with app.app_context():
            assert db.session().get_one(OutboxEvent, event_id).attempts == 0
        assert "given up" not in root.get("/manage/work").text
        assert root.post("/manage/work/events/99999/retry").status_code == 404


def stored(app: Flask) -> Backup:
    """The one backup that there is."""
    with app.app_context():
        return db.session().scalars(select(Backup)).one()


def made(app: Flask) -> Backup:
    """A backup that the worker made."""
    with app.app_context(), unit_of_work() as session:
        service.ask_for_backup(session, user_id=None, now=NOW)
    with app.app_context():
        assert tasks.make_backups(NOW) == 1
    return stored(app)


DUMP = """#!{python}
import json, os, sys
names = ("PGHOST", "PGPORT", "PGUSER")
environment = {{name: os.environ.get(name, "") for name in names}}
sys.stdout.write(json.dumps([sys.argv[1:], environment]))
"""


class TestBackups:
    """Made by the worker, private, hashed, restorable, downloaded by whoever typed the password."""

    @pytest.fixture(autouse=True)
    def _no_files(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        """The server of the tests brings no pg_dump of its version: another program stands in."""
        program = tmp_path / "pg_dump"
        program.write_text(DUMP.format(python=sys.executable))
        program.chmod(0o700)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        yield
        with app.app_context():
            shutil.rmtree(backups.folder(), ignore_errors=True)

    def test_from_the_button_to_the_file(self, app: Flask, root: Client, people: Cast) -> None:
        assert root.post("/manage/backups").status_code == 303
        assert root.post("/manage/backups").status_code == 409
        page = root.get("/manage/storage")
        assert page.headers["Refresh"] == "5"
        with app.app_context():
            tasks.make_backups(NOW)
        one = stored(app)
        assert (one.state, one.user_id, one.failure) == (BackupState.MADE, people.root, None)
        with app.app_context():
            path = backups.folder() / str(one.filename)
        content = path.read_bytes()
        assert hashlib.sha256(content).hexdigest() == one.sha256
        assert one.bytes == len(content)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert [file.name for file in path.parent.iterdir()] == [one.filename]

        answer = root.get(f"/manage/backups/{one.id}/download")

        assert (answer.status_code, answer.get_data()) == (200, content)
        assert answer.headers["Cache-Control"] == "no-store"
        assert f"filename={one.filename}" in answer.headers["Content-Disposition"]
        assert len(entries(app, Action.BACKUP_DOWNLOADED)) == 1

    def test_it_holds_the_data(self, app: Flask, people: Cast, tmp_path: Path) -> None:
        one = made(app)
        with app.app_context():
            path, sqlite = backups.folder() / str(one.filename), db.engine.name == "sqlite"
        if sqlite:
            copy = tmp_path / "copy.db"
            copy.write_bytes(gzip.decompress(path.read_bytes()))
            with sqlite3.connect(copy) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                names = connection.execute('SELECT name FROM "user"').fetchall()
            assert ("李静",) in names
            return
        with app.app_context():
            url = db.engine.url
        arguments, environment = json.loads(path.read_text())
        assert arguments == ["--format=custom", "--no-password", f"--dbname={url.database}"]
        assert environment["PGUSER"] == (url.username or url.query.get("user", ""))
        assert environment["PGHOST"] == (url.host or url.query.get("host", ""))

    def test_the_password_must_have_been_typed_lately(
        self, app: Flask, root: Client, time: Time
    ) -> None:
        one = made(app)
        time.now = NOW + timedelta(minutes=25)
        root_path = f"/manage/backups/{one.id}/download"
        with root.flask.session_transaction() as session:
            session["fs_paa"] = 0.0
            session["fs_gexp"] = 0.0
        asked = root.get(root_path)
        assert asked.status_code == 302
        assert asked.location.startswith("/verify?next=")
        assert entries(app, Action.BACKUP_DOWNLOADED) == []
        assert root.post(asked.location, {"password": "not this one"}).status_code == 422
        assert root.get(root_path).status_code == 302
        assert root.post(asked.location, {"password": PASSWORD}).status_code in (302, 303)
        assert root.get(root_path).status_code == 200

    def test_the_newest_are_kept(
        self, app: Flask, people: Cast, time: Time, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "KEPT", 2)
        for minute in range(4):
            time.now = NOW + timedelta(minutes=minute)
            with app.app_context(), unit_of_work() as session:
                service.ask_for_backup(session, user_id=None, now=time.now)
            with app.app_context():
                tasks.make_backups(time.now)
        with app.app_context():
            rows = db.session().scalars(select(Backup).order_by(Backup.id)).all()
            removed, kept = rows[:2], rows[2:]
            assert {row.state for row in removed} == {BackupState.REMOVED}
            files = sorted(file.name for file in backups.folder().iterdir())
            assert files == sorted(str(row.filename) for row in kept)
        root = Client(app).sign_in(ROOT)
        assert root.get(f"/manage/backups/{removed[0].id}/download").status_code == 404
        assert root.get("/manage/backups/99999/download").status_code == 404

    def test_a_failure_is_told_and_leaves_nothing(
        self, app: Flask, people: Cast, root: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_source: object, _target: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(backups, "_copy_sqlite", full)
        monkeypatch.setattr(backups, "_dump_postgresql", full)
        with app.app_context(), unit_of_work() as session:
            service.ask_for_backup(session, user_id=None, now=NOW)
        with app.app_context():
            assert tasks.make_backups(NOW) == 0
            assert list(backups.folder().iterdir()) == []
        assert stored(app).failure is BackupFailure.NO_SPACE
        assert "There is no room left on the disk." in root.get("/manage/storage").text

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    def test_without_pg_dump_there_is_a_sentence(
        self, app: Flask, people: Cast, root: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shutil, "which", lambda _name: None)
        with app.app_context(), unit_of_work() as session:
            service.ask_for_backup(session, user_id=None, now=NOW)
        with app.app_context():
            tasks.make_backups(NOW)
        assert stored(app).failure is BackupFailure.NO_PROGRAM
        assert "pg_dump is not installed" in root.get("/manage/storage").text

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    def test_an_older_pg_dump_is_told_before_it_is_tried(
        self, app: Flask, people: Cast, root: Client, tmp_path: Path
    ) -> None:
        for version, told in (("9.6.24", True), ("99.1 (Debian 99.1-1)", False)):
            program = tmp_path / "pg_dump"
            program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
            page = root.get("/manage/storage").text
            assert ("The program pg_dump is older than the database." in page) is told
            assert ("Here pg_dump has version 9 and the database version" in page) is told

    def test_what_a_stopped_worker_left_is_removed(self, app: Flask, people: Cast) -> None:
        with app.app_context(), unit_of_work() as session:
            service.ask_for_backup(session, user_id=None, now=NOW)
        with app.app_context():
            backups.folder().mkdir(exist_ok=True)
            (backups.folder() / ".yueke-20260101-000000.dump.part").write_bytes(b"half")
            assert tasks.make_backups(NOW) == 1
            left = [file.name for file in backups.folder().iterdir()]
        assert left == [stored(app).filename]

    def test_a_lost_one_does_not_stand_in_the_way(self, app: Flask, people: Cast) -> None:
        with app.app_context(), unit_of_work() as session:
            first = service.ask_for_backup(session, user_id=None, now=NOW)
            assert service.begin(session, first.id, now=NOW)
            assert not service.begin(session, first.id, now=NOW)
        later = NOW + service.RUNNING_AT_MOST + timedelta(seconds=1)
        with app.app_context(), unit_of_work() as session:
            service.ask_for_backup(session, user_id=None, now=later)
        with app.app_context():
            states = list(db.session().scalars(select(Backup.failure).order_by(Backup.id)))
            assert states == [BackupFailure.STOPPED, None]
            assert queries.is_under_way(db.session())


def test_storage_and_versions_are_told(app: Flask, root: Client) -> None:
    page = root.get("/manage/storage").text
    assert "0.2.0" in page
    with app.app_context():
        assert ("SQLite 3" in page) is (db.engine.name == "sqlite")
    assert "(newest:" not in page
