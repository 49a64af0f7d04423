"""Deliberately slow connections (slowloris), in a separate process that `Attack(...)` runs.

A connection that the server closes is reopened, up to a limit of connections and seconds, and
only on the loopback.
"""

from __future__ import annotations

import argparse
import itertools
import selectors
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
HOST = b"Host: localhost\r\n"
LARGE = "/static/bootstrap.min.css"
"""A page of some hundred kilobytes."""

BEGINNINGS = {
    "headers": b"GET / HTTP/1.1\r\n" + HOST + b"X-Slow: ",
    "bodies": b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Type: "
    b"application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nemail=",
    "silence": b"G",
    "readers": b"GET " + LARGE.encode() + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "keep-alive": b"HEAD " + LARGE.encode() + b" HTTP/1.1\r\n" + HOST + b"\r\n",
}
KINDS = tuple(BEGINNINGS)
DRIPPING = frozenset({"headers", "bodies"})
"""Kinds that send a byte each second, so that idle timeouts do not apply."""

UNVERIFIED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""A TLS context without verification, for test proxies with self-signed certificates."""
UNVERIFIED.check_hostname = False
UNVERIFIED.verify_mode = ssl.CERT_NONE

READY = "all are connected"
SMALLEST_BUFFER = 2048
REOPENED = 5
"""Maximum times that each connection is reopened."""


class Attack:
    """A number of slow connections of a kind to a loopback port, while the block runs."""

    def __init__(
        self, kind: str, port: int, count: int, *, sources: Sequence[str], tls: bool = False
    ) -> None:
        options = ["--sources", *sources, *(["--tls"] if tls else [])]
        self._command = [
            *(sys.executable, "-m", "tests.concurrency.slow", kind, str(port), str(count)),
            *options,
        ]

    def __enter__(self) -> None:
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == READY

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        still_there = self._process.poll() is None
        self._process.kill()
        self._process.communicate()
        assert still_there, "the attack ended before the measurement"


class _Attacker:
    def __init__(self, kind: str, port: int, sources: Sequence[str], tls: bool) -> None:
        self._kind, self._port, self._tls = kind, port, tls
        self._sources = itertools.cycle(sources)
        self._selector = selectors.DefaultSelector()
        self._unread: list[socket.socket] = []

    def open(self) -> None:
        raw = socket.socket()
        if self._kind == "readers":
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
        raw.settimeout(10)
        raw.bind((next(self._sources), 0))
        raw.connect(("127.0.0.1", self._port))
        made = UNVERIFIED.wrap_socket(raw) if self._tls else raw
        made.sendall(BEGINNINGS[self._kind])
        if self._kind == "readers":
            # The response has begun. Nothing more is read, so the kernel's buffers fill up and the
            # server blocks.
            made.recv(1)
            self._unread.append(made)
            return
        if self._kind == "keep-alive":
            _read_head(made)
        made.setblocking(False)
        self._selector.register(made, selectors.EVENT_READ)

    def keep_up(self, end: float, reopened: int) -> None:
        """Send single bytes and reopen closed connections, until the end."""
        while time.monotonic() < end:
            next_drop = time.monotonic() + 1
            while (rest := next_drop - time.monotonic()) > 0:
                for key, _events in self._selector.select(rest):
                    sock = key.fileobj
                    assert isinstance(sock, socket.socket)
                    if self._was_closed(sock) and reopened:
                        reopened -= 1
                        with suppress(OSError):
                            self.open()
            if self._kind in DRIPPING:
                self._drip()

    def _was_closed(self, sock: socket.socket) -> bool:
        """Read pending data; returns whether the connection is closed."""
        try:
            closed = not sock.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            closed = True
        if closed:
            self._selector.unregister(sock)
            sock.close()
        return closed

    def _drip(self) -> None:
        for key in list(self._selector.get_map().values()):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            with suppress(OSError):
                sock.send(b"a")


def _read_head(made: socket.socket) -> None:
    read = b""
    while part := made.recv(4096):
        read += part
        if b"\r\n\r\n" in read:
            break


def main() -> None:
    """Open all connections, report that, and keep them open."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--sources", nargs="+", default=["127.0.0.1"])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--tls", action="store_true")
    options = parser.parse_args()
    attacker = _Attacker(options.kind, options.port, options.sources, options.tls)
    for _ in range(options.count):
        attacker.open()
    print(READY, flush=True)
    attacker.keep_up(time.monotonic() + options.seconds, REOPENED * options.count)


if __name__ == "__main__":
    main()
