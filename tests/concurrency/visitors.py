"""Branch contacts that book over HTTP, each on its own connection, and the responses."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

TIMEOUT_SECONDS = 60.0
USER_AGENT = "yueke-tests"

T = TypeVar("T")
R = TypeVar("R")

_NUMBER = re.compile(r"/lectures/(YK-\d{4}-\d{6})$")
_OFFERED = re.compile(r'<button class="slot"[^>]* formaction="[^"]*start=([^"&]+)[^"]*"')


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in contact of one organisation."""

    organisation_id: int
    cookie: str
    csrf_token: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot for a topic. `start` is local time in ISO 8601 without an offset."""

    instructor_id: int
    topic_id: int
    start: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; the request was sent at `began` (monotonic clock) and took `seconds`."""

    status: int
    location: str
    body: str
    began: float
    seconds: float

    @property
    def number(self) -> str:
        """The number of the lecture in the Location header."""
        found = _NUMBER.search(self.location)
        assert found, self
        return found[1]

    @property
    def offered(self) -> list[str]:
        """The alternative starts that a refusal page offers as buttons."""
        return [datetime.fromisoformat(one).isoformat() for one in _OFFERED.findall(self.body)]


def booking(visitor: Visitor, slot: Slot, region_code: str) -> bytes:
    """The request of the booking page's form."""
    values = {
        "csrf_token": visitor.csrf_token,
        "organisation": visitor.organisation_id,
        "region": region_code,
        "place": "岫云县文化馆二楼",
        "format": "lecture",
        "audience": "",
        "attendees": "40",
        "note": "",
    }
    form = urlencode(values).encode()
    path = f"/instructors/{slot.instructor_id}/book?topic={slot.topic_id}&start={quote(slot.start)}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {USER_AGENT}\r\n"
        f"Cookie: session={visitor.cookie}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    return head.encode() + form


def send(port: int, request: bytes, wait: Callable[[], object] | None = None) -> Answer:
    """Send a request; if given, `wait` is called between connecting and sending."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        if wait:
            wait()
            began = time.perf_counter()
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    seconds = time.perf_counter() - began
    head, separator, body = b"".join(parts).partition(b"\r\n\r\n")
    if not separator:
        raise ConnectionError("the connection was closed without an answer")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    status, location = int(lines[0].split()[1]), headers.get("location", "")
    return Answer(status, location, body.decode(), began, seconds)


def at_once(port: int, requests: list[bytes]) -> list[Answer]:
    """Connect all visitors, then send all requests at once."""
    barrier = threading.Barrier(len(requests))
    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(lambda request: send(port, request, barrier.wait), requests))


def in_turn(act: Callable[[T], R], things: Iterable[T], *, in_flight: int) -> list[R]:
    """Call a function for each item, at most `in_flight` concurrently."""
    with ThreadPoolExecutor(in_flight) as pool:
        return list(pool.map(act, things))
