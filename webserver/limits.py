"""Limits of time and bytes for one connection, and of the number of connections."""

from __future__ import annotations

import ipaddress
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

LARGEST_BODY = 6 * 1024 * 1024
"""Bytes of the largest request body that the application accepts (Flask's MAX_CONTENT_LENGTH)."""

LARGEST_READ = 64 * 1024 * 1024
"""Bytes of a body that are received; of a body above `LARGEST_BODY` they are discarded."""

LARGEST_HEADERS = 16 * 1024
"""Bytes of the request line and all headers together."""

IN_MEMORY = 64 * 1024
"""Bytes of a body that are buffered in memory; a longer one is buffered in a temporary file."""

ANSWER_IN_MEMORY = 256 * 1024
"""Bytes of unsent output that are buffered in memory; more goes to a temporary file."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of unsent output of a connection; with more, the connection is closed."""

IPV6_PREFIX = 64
"""Prefix length that identifies an IPv6 client: providers assign whole /64 networks."""

FILES_OF_CONNECTION = 3
"""File descriptors that a connection may need: socket, body and response."""

FILES_OF_PRODUCT = 100
"""File descriptors reserved for the application: database, templates, temporary files."""

FILES_WANTED = 4096
"""Soft limit of open files that a process sets, where the hard limit allows it."""


class Phase(IntEnum):
    """The state of a connection, ordered as within one exchange.

    An exchange begins when a worker thread starts on a request and ends before it starts on the
    next one.
    """

    WORKING = 0
    WRITING = 1
    IDLE = 2
    HEADERS = 3
    BODY = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one process. Times are in seconds, `slowest_rate` in bytes per second."""

    idle: float = 5
    headers: float = 10
    transfer: float = 20
    slowest_rate: int = 8 * 1024
    connections: int = 500
    connections_of_client: int = 50
    threads: int = 4

    def seconds(self, phase: Phase, length: int) -> float | None:
        """Timeout of a phase with `length` bytes to transfer; None for no timeout."""
        if phase is Phase.WORKING:
            return None
        if phase is Phase.IDLE:
            return self.idle
        if phase is Phase.HEADERS:
            return self.headers
        return self.transfer + min(length, LARGEST_BODY) / self.slowest_rate


@dataclass(slots=True)
class Watch:
    """The start of a connection's current phase. Within one exchange a phase never goes back.

    So a client cannot restart a timeout, such as by sending empty lines before a request.
    """

    since: float
    exchange: int = 0
    phase: Phase = Phase.IDLE
    length: int = 0

    def see(self, now: float, exchange: int, phase: Phase, length: int) -> None:
        """Record the phase at `now`; ignored unless it is later than the recorded one."""
        if (exchange, phase) > (self.exchange, self.phase):
            self.since, self.exchange, self.phase, self.length = now, exchange, phase, length

    def is_over(self, now: float, limits: Limits) -> bool:
        """Whether the timeout of the phase has passed."""
        allowed = limits.seconds(self.phase, self.length)
        return allowed is not None and now - self.since > allowed


class Trusted:
    """The addresses of trusted proxies, which forward the requests of many clients."""

    def __init__(self, addresses: Iterable[str]) -> None:
        listed = list(addresses)
        self._trusts_all = "*" in listed
        self._networks = [ipaddress.ip_network(entry) for entry in listed if entry != "*"]

    def client(self, address: str) -> str | None:
        """The key that identifies a client by its address; None for a proxy or Unix socket."""
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return None
        if isinstance(parsed, ipaddress.IPv6Address):
            parsed = parsed.ipv4_mapped or parsed
        if self._trusts_all or any(parsed in network for network in self._networks):
            return None
        if isinstance(parsed, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
        return str(parsed)


def possible_connections(wanted: int) -> int:
    """The number of connections that the limit of open files allows, at most `wanted`.

    Raises the soft limit first where the hard limit allows it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES_WANTED:
        soft = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, (soft - FILES_OF_PRODUCT) // FILES_OF_CONNECTION))
