"""Fixtures of all tests: databases, application, users, client, clock; blocks the network."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from booking import clock
from booking.process import child
from tests import children, databases, distribution, factories
from tests.applications import Applications
from tests.browser import Client
from tests.counting import QueryCount
from tests.databases import PostgresTemplates, SqliteTemplate
from tests.factories import Cast
from tests.mailbox import Mailbox
from tests.quick import is_left_out, is_quick

LOOPBACK = ("127.", "::1", "localhost")


def _only_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook that refuses connections and name look-ups beyond the loopback."""
    if event == "socket.connect":
        address = arguments[1]
        here = isinstance(address, str | bytes) or str(address[0]).startswith(LOOPBACK)
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        here = host is None or str(host).startswith(LOOPBACK)
    else:
        return
    if not here:
        raise PermissionError(f"tests talk to this machine only, not to {arguments}")


sys.addaudithook(_only_here)

MEMORY, ENOUGH = Path("/dev/shm"), 4 * 1024**3
"""The memory file system of Linux, and the free bytes that the tests need there at most."""


def _keep_files_in_memory() -> None:
    """Choose the memory file system for temporary files, unless `TMPDIR` names a folder.

    Each of the many thousand commits is durable, and waits milliseconds for a disk.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


_keep_files_in_memory()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--quick`: what needs no server and no browser, on SQLite."""
    parser.addoption("--quick", action="store_true", help="no server, no browser, only SQLite")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not read the files of which `--quick` runs nothing."""
    return True if config.getoption("--quick") and is_left_out(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--quick` and `distribution` leave out."""
    quick = config.getoption("--quick")
    wanted = distribution.chosen(config, [item for item in items if not quick or is_quick(item)])
    kept = set(wanted)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = wanted


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> distribution.GroupScheduling:
    """Give the tests of a group to one worker."""
    return distribution.GroupScheduling(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Collect garbage seldom: looking through all modules each time took an eighth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A migrated SQLite database to copy."""
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresTemplates]:
    """The PostgreSQL server of this session (of each worker, under pytest-xdist)."""
    templates = PostgresTemplates(tmp_path_factory.mktemp("postgresql"))
    yield templates
    templates.stop()


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the SQLite file that each test gets anew."""
    return tmp_path_factory.mktemp("database")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database; every test that asks runs on both kinds.

    Its URL is the same in all tests, so that they can share an application. Where the test has
    `people`, they are in it already: they were added once to a template.
    """
    people = "people" in request.fixturenames
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("sqlite_template")
        return template.copy_to(request.getfixturevalue("sqlite_folder"), people=people)
    server: PostgresTemplates = request.getfixturevalue("postgres")
    return server.fresh(people=people)


class Time:
    """A frozen clock, which tests move by assigning `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now


@pytest.fixture
def now() -> datetime:
    """The default instant of the frozen clock: Monday 2026-11-23, 10:00 in Shanghai."""
    return factories.NOW


@pytest.fixture
def time(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Time:
    """The frozen clock of the application; assign `time.now` to move it."""
    stopped = Time(now)
    monkeypatch.setattr(clock, "now", lambda: stopped.now)
    return stopped


@pytest.fixture
def environment() -> dict[str, str]:
    """Environment variables of the application; override this fixture to set some."""
    return {}


@pytest.fixture
def password_cost() -> Mapping[str, int]:
    """Options of the password hash that differ from the product's; override it with `{}`."""
    return databases.CHEAP


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applications]:
    """The applications that the tests of this session share."""
    shared = Applications(tmp_path_factory.mktemp("applications"))
    yield shared
    shared.close()


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    applications: Applications,
    database_url: str,
    time: Time,
    environment: dict[str, str],
    password_cost: Mapping[str, int],
) -> Iterator[Flask]:
    """An application at `now` on a migrated database with regions and days off.

    No context is pushed: open one with `app.app_context()` to call services. The application is
    shared with other tests, and as new; with the mark `own_application` it is really new.
    """
    if request.node.get_closest_marker("own_application"):
        folder: Path = request.getfixturevalue("tmp_path")
        with databases.running(
            database_url, folder, environment, password_cost=password_cost
        ) as own:
            yield own
        return
    application = applications.get(database_url, environment, password_cost)
    yield application
    applications.release(application)


@pytest.fixture
def people(app: Flask, database_url: str) -> Cast:
    """Chen and Zhou who teach, Li and Zhao who book, Wang and Sun who coordinate, root."""
    return databases.people_in(database_url) or factories.invite(app)


@pytest.fixture(autouse=True)
def _children_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the programs of child processes here, but for the tests of these processes."""
    if distribution.place(request.node) not in children.REALLY:
        monkeypatch.setattr(child, "ask", children.ask_here)


@pytest.fixture
def client(app: Flask) -> Client:
    """A client without a session."""
    return Client(app)


@pytest.fixture
def queries(app: Flask) -> Iterator[QueryCount]:
    """Counts SQL statements: `with queries() as seen: ...; assert len(seen) == 5`."""
    with QueryCount.of(app) as counter:
        yield counter


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def _mail_server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.port = _free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, decode_data=False)
    server.start()
    yield mailbox
    server.stop()


@pytest.fixture
def smtp(_mail_server: Mailbox) -> Mailbox:
    """A mail server on the loopback that stores what it receives; `smtp.url` is its URL."""
    _mail_server.forget()
    return _mail_server
