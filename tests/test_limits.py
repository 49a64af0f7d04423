"""Requests of one client address, or of one feed, are bounded; what is refused says so."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import time as clocks
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request

from booking.calendars.feeds import service as calendars
from booking.calendars.feeds import stored_bodies
from booking.calendars.feeds.engine.kinds import of_instructor
from booking.calendars.feeds.models import token_hash
from booking.calendars.feeds.views import last_good
from booking.db import unit_of_work
from booking.web import request_limits
from tests import databases, factories
from tests.browser import Client
from tests.databases import SqliteTemplate
from tests.factories import Cast

SEARCH, FEED, CLIENT = 30, 24, 120
"""Requests that are admitted with `TENTH`."""

TENTH = {"RATE_LIMITS": "0.1"}
SHORT = "/api/v1/instructors"
"""A search whose answer is short."""


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, sqlite_folder: Path) -> str:
    """Nothing here is counted in the database."""
    return sqlite_template.copy_to(sqlite_folder)


@pytest.fixture
def environment() -> dict[str, str]:
    return TENTH


def asked(client: Client, path: str, times: int, address: str = "192.0.2.1") -> Counter[int]:
    options = {"environ_overrides": {"REMOTE_ADDR": address}}
    return Counter(client.get(path, **options).status_code for _ in range(times))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_who_is_one_client(address: str, network: str) -> None:
    assert request_limits.network_of(address) == network


def test_searches_are_bounded_by_address_and_pages_go_on(app: Flask, client: Client) -> None:
    client.language("en")
    assert asked(client, "/instructors", SEARCH + 2) == {200: SEARCH, 429: 2}

    environ = {"REMOTE_ADDR": "192.0.2.1"}
    refused = client.get("/match", environ_overrides=environ)
    assert refused.status_code == 429
    assert "Too many requests came from your network in a short time. Wait " in refused.text
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    told = client.get("/api/v1/instructors", environ_overrides=environ)
    assert (told.status_code, told.get_json()["code"]) == (429, 429)
    assert told.get_json()["message"].startswith("Too many requests")
    assert int(told.headers["Retry-After"]) >= 1
    assert asked(client, "/", 1) == {200: 1}
    assert asked(client, "/instructors", 1, "192.0.2.2") == {200: 1}


def feed_of(app: Flask, people: Cast) -> str:
    factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        token = calendars.open_feed(
            session,
            of_instructor(people.chen.id),
            user_id=people.chen.user,
            now=factories.NOW,
        )
    return f"/feed/{token}.ics"


def test_a_feed_that_is_polled_too_often_gets_what_it_had(
    app: Flask, client: Client, people: Cast
) -> None:
    path = feed_of(app, people)
    first = client.get(path)
    etag = first.headers["ETag"]
    for _ in range(FEED):
        client.get(path, headers={"If-None-Match": etag})

    # 304 for whoever has the body, the body for whoever has not, from any address.
    again = client.get(path, headers={"If-None-Match": etag})
    whole = client.get(path, environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    assert (again.status_code, whole.status_code) == (304, 200)
    assert whole.data == first.data
    # A process that never served it asks for patience.
    token = path.removeprefix("/feed/").removesuffix(".ics")
    last_good.forget(token_hash(token))
    with app.app_context():
        stored_bodies.forget(token_hash(token))
    refused = client.get(path)
    assert (refused.status_code, refused.mimetype) == (429, "text/plain")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    # Another feed from the same address is not concerned; a closed one stays closed.
    assert client.get(feed_of_zhou(app, people)).status_code == 200
    with app.app_context(), unit_of_work() as session:
        [feed] = calendars.open_feeds(session, people.chen.user)
        calendars.revoke(session, feed.id, user_id=people.chen.user, now=factories.NOW)
    assert client.get(path).status_code == 410


def test_made_up_feeds_are_bounded_by_address(app: Flask, client: Client) -> None:
    met = Counter(
        client.get(
            f"/feed/{number}.ics", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}
        ).status_code
        for number in range(CLIENT + 2)
    )
    assert met == {404: CLIENT, 429: 2}
    assert asked(client, "/feed/x.ics", 1, "192.0.2.2") == {404: 1}


def feed_of_zhou(app: Flask, people: Cast) -> str:
    with app.app_context(), unit_of_work() as session:
        token = calendars.open_feed(
            session,
            of_instructor(people.zhou.id),
            user_id=people.zhou.user,
            now=factories.NOW,
        )
    return f"/feed/{token}.ics"


def test_static_files_are_never_counted(client: Client) -> None:
    for _ in range(CLIENT + 10):
        with client.flask.get("/static/app.css") as answer:
            assert answer.status_code == 200
    assert asked(client, "/login", CLIENT + 1) == {200: CLIENT, 429: 1}


class TestOn:
    """Without a factor."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"RATE_LIMITS": "on"}

    def test_ten_times_as_many_are_admitted(self, client: Client) -> None:
        assert asked(client, SHORT, 10 * SEARCH + 2) == {200: 10 * SEARCH, 429: 2}


class TestOff:
    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"RATE_LIMITS": "off"}

    def test_nothing_is_counted(self, client: Client) -> None:
        assert asked(client, SHORT, 10 * SEARCH + 2) == {200: 10 * SEARCH + 2}


@pytest.mark.parametrize(
    ("proxies", "named", "seen"),
    [
        ("0", "203.0.113.1", "127.0.0.1"),
        ("1", "203.0.113.1", "203.0.113.1"),
        # What the client itself wrote stands further left.
        ("1", "10.0.0.1, 203.0.113.1", "203.0.113.1"),
        ("2", "203.0.113.1, 198.51.100.7", "203.0.113.1"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(
    database_url: str, tmp_path: Path, proxies: str, named: str, seen: str
) -> None:
    with databases.running(database_url, tmp_path, {"PROXIES": proxies}) as app:
        found = []
        app.before_request(lambda: found.append(request.remote_addr))
        app.test_client().get("/login", headers={"X-Forwarded-For": named})
    assert found == [seen]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_redis_that_is_not_there_is_one_line_of_log(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"redis://127.0.0.1:{_free_port()}/0"
    settings = {**TENTH, "RATE_LIMIT_URL": url}
    with (
        databases.running(database_url, tmp_path, settings) as app,
        caplog.at_level(logging.WARNING),
    ):
        assert asked(Client(app), "/instructors", 32) == {200: 30, 429: 2}
    lines = [one for one in caplog.records if one.name == "flask-limiter"]
    assert [one.getMessage() for one in lines] == [
        "Rate limit storage unreachable - falling back to in-memory storage"
    ]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A real server."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server here")
    port = _free_port()
    arguments = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.DEVNULL)
    try:
        end = clocks.monotonic() + 20
        while clocks.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            clocks.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def test_machines_that_share_a_redis_count_together(
    database_url: str, tmp_path: Path, redis: str
) -> None:
    settings = {**TENTH, "RATE_LIMIT_URL": redis}
    with (
        databases.running(database_url, tmp_path, settings) as one,
        databases.running(database_url, tmp_path, settings) as other,
    ):
        assert asked(Client(one), "/instructors", 20) == {200: 20}
        assert asked(Client(other), "/instructors", 12) == {200: 10, 429: 2}
