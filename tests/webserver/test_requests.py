"""What is read as a request, and what is refused."""

from __future__ import annotations

import pytest

from tests.webserver.conftest import Start, get, read_all, read_ok
from webserver.limits import LARGEST_BODY, LARGEST_HEADERS, LARGEST_READ

CLOSE = "Connection: close"


def post(path: str, *lines: str, body: bytes = b"") -> bytes:
    """A request with these headers and this body."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode() + body


def test_what_follows_a_request_is_not_another_one(start: Start) -> None:
    running = start()
    with running.connect(get("/first") + get("/second")) as visitor:
        answer = read_all(visitor)
    assert running.asked.paths == ["/first"]
    assert b"\r\nConnection: close\r\n" in answer


def test_a_line_break_after_a_form_is_no_second_request(start: Start) -> None:
    running = start()
    with running.connect(post("/form", "Content-Length: 3", body=b"a=b\r\n")) as visitor:
        assert b"Connection: close" not in read_ok(visitor)
        visitor.sendall(get("/next", CLOSE))
        assert read_all(visitor).endswith(b"ok")
    assert running.asked.paths == ["/form", "/next"]


def test_empty_lines_before_a_request_are_skipped(start: Start) -> None:
    with start().connect(b"\r\n\r\n" + get("/", CLOSE)) as visitor:
        assert read_all(visitor).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "lines",
    [
        ("Transfer-Encoding: chunked",),
        ("transfer-encoding:chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Transfer-Encoding:"),
        ("Content-Length: 5", "Transfer-Encoding: ,"),
    ],
)
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_body_has_one_length(start: Start, lines: tuple[str, ...], version: str) -> None:
    running = start()
    asked = post("/form", *lines, body=b"0\r\n\r\n").replace(
        b"HTTP/1.1", f"HTTP/{version}".encode()
    )
    with running.connect(asked + get("/hidden")) as visitor:
        assert b" 501 " in read_all(visitor).splitlines()[0]
    assert running.asked.paths == []


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 3", "Content-Length: 4"),
        ("Content-Length: 3, 3",),
        ("Content-Length: +3",),
        ("Content-Length: 0x3",),
        ("Content-Length : 3",),
        ("X: a\rContent-Length: 3",),
    ],
)
def test_a_doubtful_length_is_refused(start: Start, lines: tuple[str, ...]) -> None:
    running = start()
    with running.connect(post("/form", *lines, body=b"abc")) as visitor:
        assert b" 400 " in read_all(visitor).splitlines()[0]
    assert running.asked.paths == []


def test_too_many_headers_are_refused(start: Start) -> None:
    running = start()
    with running.connect(get("/", f"X: {'a' * LARGEST_HEADERS}")) as visitor:
        assert b" 431 " in read_all(visitor).splitlines()[0]
    assert running.asked.paths == []


def test_the_largest_body_arrives(start: Start) -> None:
    running = start()
    length = f"Content-Length: {LARGEST_BODY}"
    with running.connect(post("/form", length, CLOSE, body=b"a" * LARGEST_BODY)) as visitor:
        assert read_all(visitor).endswith(b"ok")
    assert running.asked.lengths == [(str(LARGEST_BODY), LARGEST_BODY)]


def test_a_body_that_is_too_large_is_dropped_and_the_product_can_say_so(start: Start) -> None:
    running = start()
    length = 2 * LARGEST_BODY
    asked = post("/form", f"Content-Length: {length}", CLOSE, body=b"a" * length)
    with running.connect(asked) as visitor:
        assert read_all(visitor).endswith(b"ok")
    assert running.asked.lengths == [(str(length), 0)]


def test_a_body_beyond_all_measure_is_refused_at_once(start: Start) -> None:
    running = start()
    with running.connect(post("/form", f"Content-Length: {LARGEST_READ}")) as visitor:
        assert b" 413 " in read_all(visitor).splitlines()[0]
    assert running.asked.paths == []


def test_a_failure_is_logged_without_the_address(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    with start().connect(get("/broken", CLOSE)) as visitor:
        assert b" 500 " in read_all(visitor).splitlines()[0]
    assert "RuntimeError" in caplog.text
    assert "/broken" not in caplog.text
