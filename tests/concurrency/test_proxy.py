"""The described proxy keeps slow connections and secrets from where they do harm."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.concurrency import proxy
from tests.concurrency.pages import visit
from tests.concurrency.proxy import NAME, Proxy
from tests.concurrency.server import Web
from tests.concurrency.slow import KINDS, UNVERIFIED, Attack
from tests.concurrency.test_slow_connections import COUNT, MANY, VISITS, judge

pytestmark = pytest.mark.skipif(proxy.NGINX is None, reason="nginx is not installed")

SECRET = "S3cretThatOpensSomething"
ANSWER = b"x" * 4_000_000


class Upstream(ThreadingHTTPServer):
    """Notes the headers that it gets, and answers with more than the kernel's buffers hold."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[Mapping[str, str]] = []
        self.written = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: Upstream

    def do_GET(self) -> None:
        """Answer."""
        self.server.seen.append(dict(self.headers))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)
        self.server.written.set()

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """A server in place of the product."""
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def before(upstream: Upstream, tmp_path: Path) -> Iterator[Proxy]:
    """The proxy before it."""
    with proxy.running(upstream.server_port, tmp_path / "nginx") as one:
        yield one


def _connect(port: int) -> ssl.SSLSocket:
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    raw.settimeout(30)
    raw.connect(("127.0.0.1", port))
    return UNVERIFIED.wrap_socket(raw)


def _get(port: int, path: str, headers: Mapping[str, str]) -> int:
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=UNVERIFIED, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_what_visitors_say_of_the_host_and_of_themselves_is_overwritten(
    upstream: Upstream, before: Proxy
) -> None:
    forged = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-For": "192.0.2.1",
    }
    assert _get(before.port, "/", forged) == 200
    seen = upstream.seen[0]
    assert (seen["Host"], seen["X-Forwarded-Host"]) == (NAME, NAME)
    assert (seen["X-Forwarded-Proto"], seen["X-Forwarded-For"]) == ("https", "127.0.0.1")


def test_secrets_are_in_no_log(upstream: Upstream, tmp_path: Path) -> None:
    paths = [f"/{kind}/{SECRET}" for kind in ("feed", "answer", "reset")]
    paths += [f"/feed/{SECRET}.ics?a=b", f"/login?next=/answer/{SECRET}"]
    with proxy.running(upstream.server_port, tmp_path / "up") as one:
        for path in paths:
            assert _get(one.port, path, {"Referer": f"https://{NAME}/answer/{SECRET}"}) == 200
        said = one.logs()
    assert '"GET /login" 200' in said
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with proxy.running(port, tmp_path / "down") as one:
        for path in paths[:-1]:
            assert _get(one.port, path, {}) == 502
        said += one.logs()
    assert SECRET not in said


def test_half_a_request_does_not_reach_the_product(upstream: Upstream, before: Proxy) -> None:
    head = f"POST / HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 10\r\n\r\n".encode()
    with _connect(before.port) as slow:
        slow.sendall(head + b"a")
        time.sleep(0.5)
        assert upstream.seen == []
        slow.sendall(b"b" * 9)
        assert slow.recv(12) == b"HTTP/1.1 200"
    assert len(upstream.seen) == 1


def test_a_slow_reader_keeps_the_proxy_waiting_and_not_the_product(
    upstream: Upstream, before: Proxy
) -> None:
    with _connect(before.port) as reader:
        reader.sendall(f"GET / HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        assert reader.recv(1)
        assert upstream.written.wait(20)


def test_slow_connections_to_the_proxy(shared_web: Web, tmp_path: Path) -> None:
    with proxy.running(shared_web.port, tmp_path / "nginx") as one:
        visit(one.port, VISITS, tls=True)
        for kind in KINDS:
            calm = visit(one.port, VISITS, tls=True)
            with Attack(kind, one.port, COUNT, sources=MANY, tls=True):
                judge(f"{COUNT} {kind}", calm, visit(one.port, VISITS, tls=True))
    assert "Traceback" not in shared_web.log
