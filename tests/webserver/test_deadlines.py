"""Who is slow is closed in time, however many bytes come, and occupies no thread meanwhile."""

from __future__ import annotations

import socket
import time

import pytest

from tests.webserver.conftest import ANSWER, Start, drip, get, read_all
from webserver.limits import Limits, Phase, Watch

ON_ANY_MACHINE = 15.0
"""Deadlines here are of a second; the sweep comes each second."""
FORM = b"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.parametrize(
    ("begun", "drop"),
    [
        (b"", b"G"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", b"a"),
        (b"", b"\r\n"),
        (FORM, b"a"),
    ],
    ids=["first line", "headers", "empty lines", "body"],
)
def test_dripping_gains_no_time(start: Start, begun: bytes, drop: bytes) -> None:
    running = start()
    with running.connect(begun) as slow:
        assert drip(slow, drop, ON_ANY_MACHINE) < ON_ANY_MACHINE
    assert running.asked.paths == []


@pytest.mark.parametrize("begun", [b"GET / HTTP/1.1\r\n", FORM])
def test_who_is_silent_is_told_408(start: Start, begun: bytes) -> None:
    with start().connect(begun) as slow:
        assert read_all(slow).startswith(b"HTTP/1.1 408 ")


def test_a_connection_on_which_nothing_is_asked_is_closed(start: Start) -> None:
    with start().connect(get("/")) as kept:
        assert read_all(kept).endswith(b"\r\n\r\nok")


def _unread(running_port: int, path: str) -> socket.socket:
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    reader.connect(("127.0.0.1", running_port))
    reader.sendall(get(path))
    return reader


def test_a_slow_reader_is_closed(start: Start) -> None:
    running = start()
    with _unread(running.port, "/large") as reader:
        end = time.monotonic() + ON_ANY_MACHINE
        while not running.asked.paths or running.server.admission.channels():
            assert time.monotonic() < end
            time.sleep(0.05)
        assert len(read_all(reader)) < len(ANSWER)


def test_a_slow_reader_of_a_long_answer_occupies_no_thread(start: Start) -> None:
    """It is longer than what is kept for anybody: waitress by itself would wait forever."""
    running = start()
    readers = [_unread(running.port, "/parts") for _ in range(4)]
    with running.connect(get("/", "Connection: close")) as visitor:
        visitor.settimeout(ON_ANY_MACHINE)
        assert read_all(visitor).endswith(b"ok")
    for reader in readers:
        reader.close()


def test_work_may_take_longer_than_any_deadline(start: Start) -> None:
    running = start()
    with running.connect(get("/wait", "Connection: close")) as visitor:
        time.sleep(3)
        running.asked.go_on.set()
        assert read_all(visitor).endswith(b"ok")


def test_phases_of_one_exchange_only_go_forward() -> None:
    watch = Watch(since=0)
    watch.see(1, 0, Phase.HEADERS, 0)
    watch.see(9, 0, Phase.IDLE, 0)
    watch.see(10, 0, Phase.HEADERS, 0)
    assert (watch.since, watch.phase) == (1, Phase.HEADERS)
    watch.see(11, 0, Phase.BODY, 100)
    watch.see(12, 1, Phase.WRITING, 50)
    watch.see(13, 1, Phase.IDLE, 0)
    assert (watch.since, watch.exchange, watch.phase) == (13, 1, Phase.IDLE)


@pytest.mark.parametrize(
    ("phase", "length", "seconds"),
    [
        (Phase.WORKING, 0, None),
        (Phase.IDLE, 0, 5),
        (Phase.HEADERS, 0, 10),
        (Phase.BODY, 80 * 1024, 30),
        (Phase.WRITING, 80 * 1024, 30),
        (Phase.BODY, 10**9, 788),
    ],
)
def test_how_long_each_phase_may_take(phase: Phase, length: int, seconds: float | None) -> None:
    assert Limits().seconds(phase, length) == seconds
