"""Fetch an instructor's calendar from the address that they gave: the only module that does.

The address is anybody's choice, so nothing inside this network is asked: each name is resolved
once, the answer checked, and that answer connected to. The address is a secret, so no log and
no exception holds it (calendar rules 19, 20 and 23).
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import requests
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from booking.availability.external.engine.address import read_address, redirected
from booking.availability.external.engine.calendar import MOST_BYTES, CannotRead, Trouble

MOST_HOPS = 3
CONNECT_SECONDS, READ_SECONDS, ALL_SECONDS = 5, 10, 20
CHUNK = 64 * 1024
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Yueke/1.0"
"""Outlook's calendars answer 400 to programs that do not look like a browser."""

_MOVED = frozenset({301, 302, 303, 307, 308})
_DENIED = frozenset({401, 403, 407})
_GONE = frozenset({404, 410})

_HARDENED = Manager(
    Config(
        default_timeout=(CONNECT_SECONDS, READ_SECONDS),
        never_redirect=True,
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=False,
        user_agent_override=USER_AGENT,
    )
)
_TALKATIVE = ("urllib3.connectionpool", "urllib3.connection", "requests_hardened.ip_filter")

_here = threading.local()


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of the last body, to be told whether it still holds."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body of at most 5 MB, unpacked; None when it is the same as before (304)."""

    body: bytes | None
    validators: Validators


def fetch(address: str, validators: Validators, *, seconds: float = ALL_SECONDS) -> Fetched:
    """The calendar at `address`, after at most three redirects. Raises `CannotRead`."""
    _here.silent = True
    try:
        with _Deadline(seconds) as deadline:
            return _follow(read_address(address), validators, deadline)
    finally:
        _here.silent = False


def _follow(address: str, validators: Validators, deadline: _Deadline) -> Fetched:
    for _hop in range(MOST_HOPS + 1):
        # A session for each hop: no cookie and no connection goes from one host to another.
        with _session(deadline) as session:
            answer = _ask(session, address, validators, deadline)
            if isinstance(answer, Fetched):
                return answer
            address = redirected(address, answer)
    raise CannotRead(Trouble.REDIRECTS)


def _ask(
    session: requests.Session, address: str, validators: Validators, deadline: _Deadline
) -> Fetched | str:
    """One answer: the calendar, or where else to ask. Every failure becomes `CannotRead`."""
    try:
        with session.get(address, headers=_headers(validators), stream=True) as response:
            if response.status_code in _MOVED and "Location" in response.headers:
                return response.headers["Location"]
            return _received(response, validators, deadline)
    except InvalidIPAddress:
        raise CannotRead(Trouble.NOT_PUBLIC) from None
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        slow = deadline.over or isinstance(error, requests.Timeout)
        # `from None`: these texts quote the address.
        raise CannotRead(Trouble.SLOW if slow else Trouble.UNREACHABLE) from None


def _received(response: requests.Response, validators: Validators, deadline: _Deadline) -> Fetched:
    status = response.status_code
    if status == 304 and validators != Validators():
        return Fetched(None, validators)
    if status != 200:
        known = {**dict.fromkeys(_DENIED, Trouble.DENIED), **dict.fromkeys(_GONE, Trouble.GONE)}
        raise CannotRead(known.get(status, Trouble.REFUSED))
    body = bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise CannotRead(Trouble.TOO_LARGE)
    # A body that the deadline cut off may look like one that has ended.
    if deadline.over:
        raise CannotRead(Trouble.SLOW)
    etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
    # What is too long to keep is not kept in part: it would never be recognised.
    return Fetched(
        bytes(body),
        Validators(
            etag if 0 < len(etag) <= 255 else None,
            modified if 0 < len(modified) <= 64 else None,
        ),
    )


def _headers(validators: Validators) -> dict[str, str]:
    headers = {
        "Accept": "text/calendar, text/plain;q=0.8, */*;q=0.5",
        "Accept-Encoding": "gzip, deflate",
        "If-None-Match": validators.etag or "",
        "If-Modified-Since": validators.last_modified or "",
    }
    return {name: value for name, value in headers.items() if value}


def _session(deadline: _Deadline) -> requests.Session:
    session: requests.Session = _HARDENED.get_session()
    # Neither a proxy nor a password from this machine's environment.
    session.trust_env = False
    session.mount("http://", _PublicOnly(deadline, is_https_proto=False))
    session.mount("https://", _PublicOnly(deadline, is_https_proto=True))
    return session


class _PublicOnly(IPFilterAdapter):  # type: ignore[misc]
    """The library's filter and pin, stricter: only addresses that the internet routes."""

    def __init__(self, deadline: _Deadline, *, is_https_proto: bool) -> None:
        super().__init__(is_https_proto=is_https_proto)
        self._deadline = deadline

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Host and TLS settings, where the host is the checked address to connect to."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        found = ipaddress.ip_address(host["host"].strip("[]"))
        local = isinstance(found, ipaddress.IPv6Address) and found.is_site_local
        if not found.is_global or found.is_reserved or local:
            raise InvalidIPAddress()
        return host, pool

    def get_connection_with_tls_context(self, *given: Any, **named: Any) -> Any:
        """A connection pool whose connections end with the deadline."""
        pool = super().get_connection_with_tls_context(*given, **named)
        base = HTTPSConnection if self._is_https_proto else HTTPConnection
        pool.ConnectionCls = _watched(base, self._deadline)
        return pool


def _watched(base: type[HTTPConnection], deadline: _Deadline) -> type[HTTPConnection]:
    class Watched(base):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()
            deadline.watch(made)
            return made

    return Watched


class _Deadline:
    """Hangs up when the time for all of it is over, even where each byte comes in time."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._lines: list[socket.socket] = []

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._end

    def watch(self, line: socket.socket) -> None:
        """Hang up this connection, too. TLS takes the socket itself over: keep another end."""
        self._lines.append(line.dup())
        if self.over:
            self._hang_up()

    def _hang_up(self) -> None:
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        for line in self._lines:
            line.close()


def _may_be_logged(_record: logging.LogRecord) -> bool:
    """Nothing that the libraries tell while an address is asked: they quote it."""
    return not getattr(_here, "silent", False)


for _name in _TALKATIVE:
    logging.getLogger(_name).addFilter(_may_be_logged)
