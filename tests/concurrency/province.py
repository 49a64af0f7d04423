"""Database templates with one instructor who is nearly always free, and many branches.

Created through the services, once per kind of database; tests run on copies. Visitors have
session cookies signed by the product.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import psycopg
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.demo.engine.regions import REGIONS
from booking.instructors import service as instructors
from tests import databases, factories
from tests.concurrency.visitors import USER_AGENT, Slot, Visitor

BRANCHES = 200
MINUTES = 60
FIRST_DAY, LAST_DAY = 10, 80
"""Days ahead of the slots: after the lead time, within the horizon."""
OPENS, CLOSES = 8, 20
INSTRUCTOR_MAIL = "instructor@example.org"


@dataclass(frozen=True, slots=True)
class Province:
    """The visitors, and bookable slots that do not overlap."""

    visitors: list[Visitor]
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Place:
    """A copy of the province, and a folder for the processes on it."""

    kind: str
    url: str
    folder: Path
    province: Province


def fill(app: Flask) -> Province:
    """Create instructor, branches and users in an application's migrated, empty database."""
    databases.migrate(app)
    with app.app_context(), unit_of_work() as writing:
        _regions(writing)
        slots = _slots(_instructor(writing))
        users = [_branch(writing, number) for number in range(BRANCHES)]
    return Province([_visitor(app, user_id, unit_id) for user_id, unit_id in users], slots)


def _regions(writing: Session) -> None:
    for one in REGIONS:
        accounts.add_region(
            writing, code=one.code, name=one.name, name_en=one.name_en, parent_code=one.parent
        )
        writing.flush()


def _instructor(writing: Session) -> tuple[int, int]:
    instructor_id = factories.make_instructor(writing, minutes=(MINUTES,))
    factories.open_hours(writing, instructor_id, weekdays=range(7), start=OPENS, end=CLOSES)
    factories.make_user(
        writing, INSTRUCTOR_MAIL, "陈明", Role.INSTRUCTOR, instructor_id=instructor_id
    )
    return instructor_id, instructors.topic_ids(writing, instructor_id)[0]


def _branch(writing: Session, number: int) -> tuple[int, int]:
    unit = factories.make_branch(writing, f"第{number + 1}支部")
    email = f"branch{number}@example.org"
    user = factories.make_user(writing, email, "李静", Role.BRANCH, organisation_id=unit.id)
    return user.id, unit.id


def _slots(taught: tuple[int, int]) -> list[Slot]:
    today = datetime.now(UTC).astimezone(factories.ZONE).date()
    days = [today + timedelta(days=ahead) for ahead in range(FIRST_DAY, LAST_DAY)]
    starts = (datetime.combine(day, time(hour)) for day in days for hour in range(OPENS, CLOSES))
    return [Slot(*taught, start.isoformat()) for start in starts]


def _visitor(app: Flask, user_id: int, unit_id: int) -> Visitor:
    """Sign a user in as the login page does; returns the session cookie."""
    environ = {"REMOTE_ADDR": "127.0.0.1"}
    headers = {"User-Agent": USER_AGENT}
    with app.test_request_context("/", environ_base=environ, headers=headers):
        login_user(db.session().get_one(User, user_id))
        token = generate_csrf()
        # The sign-in row is written at the end of the request.
        app.process_response(app.make_response(""))
        sessions = app.session_interface
        assert isinstance(sessions, SecureCookieSessionInterface)
        signer = sessions.get_signing_serializer(app)
        assert signer is not None
        return Visitor(unit_id, signer.dumps(dict(session)), token)


class SqliteProvince:
    """The filled SQLite database, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "province.db"
        with databases.running(f"sqlite:///{self._file}", folder) as app:
            self.province = fill(app)

    def copy(self, folder: Path) -> Generator[str]:
        """The URL of a copy."""
        target = folder / "yueke.db"
        shutil.copyfile(self._file, target)
        yield f"sqlite:///{target}"


class PostgresProvince:
    """A PostgreSQL server with durable commits (fsync), with the filled database."""

    def __init__(self, folder: Path) -> None:
        data = Path(tempfile.mkdtemp(prefix="yueke-race-"))
        # Ten processes with 15 connections each; the default of 100 is read at the start only.
        self._server = databases.get_server(data, cleanup_mode="stop")
        self._execute("ALTER SYSTEM SET max_connections = 300")
        self._server.cleanup()
        self._server = databases.get_server(data, cleanup_mode="delete")
        self._numbers = itertools.count(1)
        self._execute("CREATE DATABASE province")
        with databases.running(self._server.get_uri("province"), folder) as app:
            self.province = fill(app)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def copy(self, _folder: Path) -> Generator[str]:
        """The URL of a copy, dropped afterwards."""
        name = f"race_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE province")
        yield self._server.get_uri(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its data."""
        with suppress(FileNotFoundError):
            self._server.cleanup()
