"""Connections on which nothing is said, as browsers open them beforehand, occupy no thread."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from tests.concurrency.conftest import Start
from tests.concurrency.gunicorn_ready import threads, workers
from tests.concurrency.visitors import send

LOOKED_AFTER = 5.0
"""So long a server that gives each connection a thread waits for its first words, in seconds."""


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_silent_connections_keep_nobody_waiting(start: Start) -> None:
    web = start()
    with ExitStack() as silent:
        for _ in range(2 * workers * threads):
            silent.enter_context(socket.create_connection(("127.0.0.1", web.port)))
        answer = send(web.port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.status == 200
    assert answer.seconds < LOOKED_AFTER


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_slow_senders_take_nobodys_turn(start: Start) -> None:
    """Each is in the middle of a form; there are more of them than threads."""
    web = start()
    begun = (
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
    )
    with ExitStack() as slow:
        for _ in range(2 * workers * threads):
            sender = slow.enter_context(socket.create_connection(("127.0.0.1", web.port)))
            sender.sendall(begun)
        answer = send(web.port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.status == 200
    assert answer.seconds < LOOKED_AFTER
