"""Fixtures: the test province on both databases, and running web servers.

A web server takes five seconds to start: tests that only read share one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.concurrency.province import Place, PostgresProvince, SqliteProvince
from tests.concurrency.proxy import NAME
from tests.concurrency.server import Web, environment


@pytest.fixture(scope="session")
def sqlite_province(tmp_path_factory: pytest.TempPathFactory) -> SqliteProvince:
    """The SQLite template, filled once."""
    return SqliteProvince(tmp_path_factory.mktemp("province"))


@pytest.fixture(scope="session")
def postgres_province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresProvince]:
    """The PostgreSQL template, filled once, on its own server."""
    made = PostgresProvince(tmp_path_factory.mktemp("province"))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def shared_web(
    sqlite_province: SqliteProvince, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    """A running web server on SQLite for tests that write nothing; also reached by the proxy."""
    folder = tmp_path_factory.mktemp("shared")
    with closing(sqlite_province.copy(folder)) as copies:
        # The proxy asks with its own name, which the site must know.
        web = Web(environment(next(copies), folder, TRUSTED_HOSTS=NAME), folder / "web.log")
        yield web
        web.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A copy of the province, on each kind of database."""
    kind: str = request.param
    name = "sqlite_province" if kind == "sqlite" else "postgres_province"
    made: SqliteProvince | PostgresProvince = request.getfixturevalue(name)
    with closing(made.copy(tmp_path)) as copies:
        yield Place(kind, next(copies), tmp_path, made.province)
        next(copies, None)


Start = Callable[..., Web]


@pytest.fixture
def start(place: Place) -> Iterator[Start]:
    """Starts the web server: `start("wsgi:app", SETTING="value")`. It is stopped after the test."""
    with ExitStack() as running:

        def begin(target: str = "wsgi:app", **more: str) -> Web:
            env = environment(place.url, place.folder, **more)
            web = Web(env, place.folder / "web.log", target)
            running.callback(web.stop)
            return web

        yield begin
