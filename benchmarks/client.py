"""HTTP client on one keep-alive connection, with sign-in."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from time import perf_counter
from typing import Protocol
from urllib.parse import quote, urlencode

AGENT = "Yueke-benchmark"


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `path` may contain Chinese; with a `form` it is a POST."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None

    @property
    def method(self) -> str:
        """GET or POST."""
        return "GET" if self.form is None else "POST"

    @property
    def target(self) -> str:
        """The percent-encoded path."""
        return quote(self.path, safe="/?&=:%+-.")

    @property
    def body(self) -> bytes | None:
        """The URL-encoded form."""
        return None if self.form is None else urlencode(self.form).encode()

    @property
    def all_headers(self) -> dict[str, str]:
        """All headers to send; Accept-Encoding only if a case sets it."""
        given = {"User-Agent": AGENT, **self.headers}
        if self.form is not None:
            given["Content-Type"] = "application/x-www-form-urlencoded"
        return given


class Headers(Protocol):
    """Response headers of either HTTP client."""

    def __getitem__(self, name: str, /) -> str: ...

    def get_all(self, name: str, /) -> list[str] | None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; `milliseconds` from the first byte sent to the last byte read."""

    status: int
    headers: Headers
    body: bytes
    milliseconds: float


class Connection:
    """One persistent connection, so that the same worker handles all requests."""

    def __init__(self, port: int, timeout: float = 30) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def send(self, request: Request) -> Answer:
        """Send a request and read the whole response."""
        return self._send(request.method, request.target, request.body, request.all_headers)

    def send_bytes(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST a body whose type the headers tell."""
        return self._send("POST", path, body, {"User-Agent": AGENT, **headers})

    def _send(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        begun = perf_counter()
        self._connection.request(method, target, body=body, headers=dict(headers))
        response = self._connection.getresponse()
        content = response.read()
        milliseconds = (perf_counter() - begun) * 1000
        return Answer(response.status, response.headers, content, milliseconds)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def csrf_token(page: bytes) -> str:
    """The CSRF token in a page's form."""
    match = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    if match is None:
        raise LookupError("the page has no form with a csrf_token")
    return match[1].decode()


def sign_in(connection: Connection, email: str, password: str) -> str:
    """Sign in by the form; returns the Cookie header of the session."""
    page = connection.send(Request("/login"))
    form = {"email": email, "password": password, "csrf_token": csrf_token(page.body)}
    answer = connection.send(Request("/login", {"Cookie": _cookies(page)}, form))
    if answer.status != 302:
        raise LookupError(f"signing in was answered with {answer.status}")
    return _cookies(answer)


def _cookies(answer: Answer) -> str:
    cookies = [SimpleCookie(value) for value in answer.headers.get_all("Set-Cookie") or ()]
    return "; ".join(f"{name}={one.value}" for jar in cookies for name, one in jar.items())
