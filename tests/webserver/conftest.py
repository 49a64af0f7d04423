"""Runs the product's web server in this process, with short timeouts, on loopback sockets."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from webserver.limits import Limits, Trusted
from webserver.server import Server

SHORT = Limits(
    idle=1, headers=1, transfer=1, slowest_rate=10**9, connections=40, connections_of_client=5
)
PROXY = "127.0.0.1"
ANSWER = b"x" * (8 * 1024 * 1024)
"""Bytes of a body larger than the kernel's socket buffers."""


class Asked:
    """A WSGI application that records requests and responds by path."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.lengths: list[tuple[str, int]] = []
        self.go_on = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.paths.append(path)
        self.lengths.append((environ.get("CONTENT_LENGTH", ""), len(environ["wsgi.input"].read())))
        if path == "/wait":
            assert self.go_on.wait(20)
        if path == "/broken":
            raise RuntimeError("broken")
        parts = {"/large": [ANSWER], "/parts": [ANSWER[:65536]] * 2000}.get(path, [b"ok"])
        length = str(sum(len(part) for part in parts))
        start("200 OK", [("Content-Length", length)])
        return parts


class Running:
    """The server, running in a thread."""

    def __init__(self, asked: Asked, bounds: Limits) -> None:
        self.asked = asked
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self.server = Server(
            asked, [listener], bounds=bounds, trusted=Trusted([PROXY]), backlog=100
        )
        self._connections: list[socket.socket] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over.is_set():
            self.server.step()

    def stop(self) -> None:
        """Stop the loop and close all sockets."""
        self.asked.go_on.set()
        self._over.set()
        self.server.wake()
        self._thread.join(20)
        self.server.close()
        for one in self._connections:
            one.close()

    def connect(self, sent: bytes = b"", *, source: str = PROXY) -> socket.socket:
        """A connection on which data was sent; closed after the test."""
        made = socket.create_connection(("127.0.0.1", self.port), 20, source_address=(source, 0))
        self._connections.append(made)
        made.sendall(sent)
        return made


Start = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server: `start()` or `start(bounds)`; stopped after the test."""
    with ExitStack() as running:

        def begin(bounds: Limits = SHORT) -> Running:
            made = Running(Asked(), bounds)
            running.callback(made.stop)
            return made

        yield begin


def get(path: str, *lines: str) -> bytes:
    """A request without a body."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def read_all(connection: socket.socket) -> bytes:
    """All data until the connection is closed or reset."""
    parts = []
    with suppress(ConnectionError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def read_ok(connection: socket.socket) -> bytes:
    """The response with the body `ok`."""
    read = b""
    while not read.endswith(b"\r\n\r\nok"):
        part = connection.recv(65536)
        assert part, read
        read += part
    return read


def drip(connection: socket.socket, drop: bytes, seconds: float) -> float:
    """Send bytes repeatedly; the seconds until the connection was closed, at most `seconds`."""
    began = time.monotonic()
    with suppress(OSError):
        while time.monotonic() - began < seconds:
            connection.sendall(drop)
            time.sleep(0.05)
    return time.monotonic() - began
