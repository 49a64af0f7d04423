"""Bounds of connections, of one client and of all, and who makes room for whom."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
import time
from dataclasses import replace

import pytest

import config
from tests.webserver.conftest import PROXY, SHORT, Running, Start, get, read_all, read_ok
from webserver.admission import Admission
from webserver.limits import Trusted

PATIENT = replace(SHORT, idle=60, headers=60)
STRANGER, OTHER = "127.0.0.2", "127.0.0.3"


def _held(running: Running) -> int:
    return len(running.server.admission.channels())


def _wait_until_held(running: Running, count: int) -> None:
    end = time.monotonic() + 15
    while _held(running) != count:
        assert time.monotonic() < end, _held(running)
        time.sleep(0.02)


def _answered(running: Running, source: str) -> bool:
    with running.connect(get("/", "Connection: close"), source=source) as visitor:
        return read_all(visitor).endswith(b"ok")


def test_the_slowest_of_a_client_makes_room_for_its_next_connection(start: Start) -> None:
    running = start(PATIENT)
    slow = []
    for number in range(1, PATIENT.connections_of_client + 1):
        slow.append(running.connect(b"G", source=STRANGER))
        _wait_until_held(running, number)
    assert _answered(running, STRANGER)
    assert read_all(slow[0]).startswith(b"HTTP/1.1 408 ")
    _wait_until_held(running, PATIENT.connections_of_client - 1)


def test_one_client_costs_others_nothing(start: Start) -> None:
    running = start(PATIENT)
    other = running.connect(b"G", source=OTHER)
    _wait_until_held(running, 1)
    for _ in range(30):
        running.connect(b"G", source=STRANGER)
    _wait_until_held(running, 1 + PATIENT.connections_of_client)
    other.sendall(get("/")[1:])
    read_ok(other)


def test_a_proxy_may_have_more(start: Start) -> None:
    running = start(PATIENT)
    for _ in range(20):
        running.connect(b"G", source=PROXY)
    _wait_until_held(running, 20)


def test_in_all_the_client_with_most_connections_makes_room(start: Start) -> None:
    bounds = replace(PATIENT, connections=20, connections_of_client=15)
    running = start(bounds)
    slow = [running.connect(b"G", source=STRANGER) for _ in range(14)]
    slow += [running.connect(b"G", source=OTHER) for _ in range(6)]
    _wait_until_held(running, 20)
    assert _answered(running, "127.0.0.4")
    closed = [one for one in slow if _is_closed(one)]
    assert [one.getsockname()[0] for one in closed] == [STRANGER]


def _is_closed(connection: socket.socket) -> bool:
    connection.settimeout(0.1)
    try:
        return connection.recv(4096) is not None
    except TimeoutError:
        return False


def test_where_everybody_is_being_answered_the_newcomer_goes(start: Start) -> None:
    running = start(replace(PATIENT, connections_of_client=2, threads=3))
    waiting = [running.connect(get("/wait"), source=STRANGER) for _ in range(2)]
    _wait_until_held(running, 2)
    time.sleep(0.2)
    with running.connect(get("/"), source=STRANGER) as third:
        assert read_all(third) in {b"", b"HTTP/1.1 408 Request Timeout\r\n"}
    running.asked.go_on.set()
    for one in waiting:
        read_ok(one)


def test_a_busy_process_leaves_new_connections_to_others(start: Start) -> None:
    running = start(replace(PATIENT, threads=2))
    waiting = [running.connect(get("/wait")) for _ in range(2)]
    end = time.monotonic() + 15
    while len(running.asked.paths) < 2:
        assert time.monotonic() < end
        time.sleep(0.02)
    time.sleep(0.1)
    with running.connect(get("/", "Connection: close")) as next_one:
        time.sleep(0.3)
        assert _held(running) == 2
        running.asked.go_on.set()
        assert read_all(next_one).endswith(b"ok")
    # What is begun while there is work for all threads gives its place back: the second, and the
    # first as well where both had arrived before.
    answers = [read_ok(one) for one in waiting]
    assert sum(b"Connection: close" in answer for answer in answers) in (1, 2)


def test_an_idle_process_keeps_connections(start: Start) -> None:
    running = start(PATIENT)
    with running.connect(get("/")) as kept:
        assert b"Connection: close" not in read_ok(kept)
        kept.sendall(get("/again"))
        read_ok(kept)
    assert running.asked.paths == ["/", "/again"]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("10.1.2.3", None),
        ("::ffff:10.1.2.3", None),
        ("::1", None),
        ("localhost", None),
    ],
)
def test_clients_are_named_by_their_networks(address: str, client: str | None) -> None:
    assert Trusted(["10.0.0.0/8", "::1"]).client(address) == client


def test_a_star_trusts_everybody() -> None:
    assert Trusted(["*"]).client("192.0.2.7") is None


def test_the_bound_follows_the_limit_of_open_files() -> None:
    ask = (
        "import resource; from webserver.limits import possible_connections as p; "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, 400)); print(p(500)); "
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=config.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["100", "400"]
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] != 400


def test_the_loop_is_woken_when_the_process_may_take_connections_again() -> None:
    woken: list[bool] = []
    admission = Admission(
        replace(SHORT, threads=2),
        Trusted([]),
        wake=lambda: woken.append(admission.is_busy),
        after=bool,
    )
    admission.begin_work()
    admission.end_work()
    assert woken == []
    admission.begin_work()
    admission.begin_work()
    assert admission.is_busy
    admission.end_work()
    assert woken == [False]
