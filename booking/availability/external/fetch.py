"""Fetch an instructor's external calendar from its address: the only module that does.

Users can enter any address, so no host inside this network may be contacted: each host name is
resolved once, the IP address is checked, and the connection goes to that IP address. The calendar's
address is a secret, so no log and no exception contains it (calendar rules 19, 20 and 23).
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

from booking.availability.external.engine.address import is_public, read_address, redirected
from booking.availability.external.engine.calendar import MOST_BYTES, CannotRead, Trouble

MOST_HOPS = 3
CONNECT_SECONDS, READ_SECONDS, ALL_SECONDS = 5, 10, 20
CHUNK = 64 * 1024
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Yueke/1.0"
"""Outlook's servers answer 400 to clients that do not look like a browser."""

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
_QUOTING_LOGGERS = ("urllib3.connectionpool", "urllib3.connection", "requests_hardened.ip_filter")

_thread_state = threading.local()


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified of the last response, for a conditional request."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body of at most 5 MB, decompressed; None if it has not changed (304)."""

    body: bytes | None
    validators: Validators


def fetch(address: str, validators: Validators, *, seconds: float = ALL_SECONDS) -> Fetched:
    """The calendar at `address`, after at most three redirects. Raises `CannotRead`."""
    _thread_state.silent = True
    try:
        with _Deadline(seconds) as deadline:
            return _follow(read_address(address), validators, deadline)
    finally:
        _thread_state.silent = False


def _follow(address: str, validators: Validators, deadline: _Deadline) -> Fetched:
    for _hop in range(MOST_HOPS + 1):
        # A new session for each hop: no cookie or connection is carried over to another host.
        with _session(deadline) as session:
            result = _request(session, address, validators, deadline)
            if isinstance(result, Fetched):
                return result
            address = redirected(address, result)
    raise CannotRead(Trouble.REDIRECTS)


def _request(
    session: requests.Session, address: str, validators: Validators, deadline: _Deadline
) -> Fetched | str:
    """One request: the calendar, or the redirect target. Every failure becomes `CannotRead`."""
    try:
        with session.get(address, headers=_headers(validators), stream=True) as response:
            if response.status_code in _MOVED and "Location" in response.headers:
                return response.headers["Location"]
            return _read_response(response, validators, deadline)
    except InvalidIPAddress:
        raise CannotRead(Trouble.NOT_PUBLIC) from None
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        slow = deadline.over or isinstance(error, requests.Timeout)
        # `from None`: the messages of these exceptions quote the address.
        raise CannotRead(Trouble.SLOW if slow else Trouble.UNREACHABLE) from None


def _read_response(
    response: requests.Response, validators: Validators, deadline: _Deadline
) -> Fetched:
    status = response.status_code
    if status == 304 and validators != Validators():
        return Fetched(None, validators)
    if status != 200:
        troubles = {**dict.fromkeys(_DENIED, Trouble.DENIED), **dict.fromkeys(_GONE, Trouble.GONE)}
        raise CannotRead(troubles.get(status, Trouble.REFUSED))
    body = bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise CannotRead(Trouble.TOO_LARGE)
    # A body cut off by the deadline may look complete.
    if deadline.over:
        raise CannotRead(Trouble.SLOW)
    etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
    # A validator too long to store is dropped: a truncated one would never match.
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
    # Use neither a proxy nor credentials from this machine's environment.
    session.trust_env = False
    session.mount("http://", _PublicOnly(deadline, is_https_proto=False))
    session.mount("https://", _PublicOnly(deadline, is_https_proto=True))
    return session


class _PublicOnly(IPFilterAdapter):  # type: ignore[misc]
    """The library's IP filter and pinning, stricter: only globally routed IP addresses."""

    def __init__(self, deadline: _Deadline, *, is_https_proto: bool) -> None:
        super().__init__(is_https_proto=is_https_proto)
        self._deadline = deadline

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Host and TLS settings, where the host is the checked IP address to connect to."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        ip = ipaddress.ip_address(host["host"].strip("[]"))
        if not is_public(ip):
            raise InvalidIPAddress()
        return host, pool

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """A connection pool whose connections are shut down at the deadline."""
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        base = HTTPSConnection if self._is_https_proto else HTTPConnection
        pool.ConnectionCls = _with_deadline(base, self._deadline)
        return pool


def _with_deadline(base: type[HTTPConnection], deadline: _Deadline) -> type[HTTPConnection]:
    class Watched(base):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> socket.socket:
            connection: socket.socket = super()._new_conn()
            deadline.watch(connection)
            return connection

    return Watched


class _Deadline:
    """Shuts down all connections when the total time is over, even if bytes keep arriving."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._shut_down)
        self._timer.daemon = True
        self._sockets: list[socket.socket] = []

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() >= self._end

    def watch(self, connection: socket.socket) -> None:
        """Shut down this connection, too. TLS takes over the socket itself: keep a duplicate."""
        self._sockets.append(connection.dup())
        if self.over:
            self._shut_down()

    def _shut_down(self) -> None:
        for connection in list(self._sockets):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

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
        for connection in self._sockets:
            connection.close()


def _outside_fetch(_record: logging.LogRecord) -> bool:
    """Logging filter: drop what the libraries log during a fetch, as it quotes the address."""
    return not getattr(_thread_state, "silent", False)


for _name in _QUOTING_LOGGERS:
    logging.getLogger(_name).addFilter(_outside_fetch)
