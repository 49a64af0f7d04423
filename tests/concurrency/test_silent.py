"""Connections on which nothing is said, as browsers open them beforehand, occupy no thread."""

from __future__ import annotations

import socket
from contextlib import ExitStack

from tests.concurrency.gunicorn_ready import threads, workers
from tests.concurrency.server import Web
from tests.concurrency.visitors import send

VISIT = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LOOKED_AFTER = 5.0
"""So long a server that gives each connection a thread waits for its first words, in seconds."""


def test_silent_connections_keep_nobody_waiting(shared_web: Web) -> None:
    with ExitStack() as silent:
        for _ in range(2 * workers * threads):
            silent.enter_context(socket.create_connection(("127.0.0.1", shared_web.port)))
        answer = send(shared_web.port, VISIT)
    assert answer.status == 200
    assert answer.seconds < LOOKED_AFTER


def test_slow_senders_take_nobodys_turn(shared_web: Web) -> None:
    """Each is in the middle of a form; there are more of them than threads."""
    begun = (
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
    )
    with ExitStack() as slow:
        for _ in range(2 * workers * threads):
            sender = slow.enter_context(socket.create_connection(("127.0.0.1", shared_web.port)))
            sender.sendall(begun)
        answer = send(shared_web.port, VISIT)
    assert answer.status == 200
    assert answer.seconds < LOOKED_AFTER
