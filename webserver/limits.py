"""What one connection may take of time and space, and what all of them may take together."""

from __future__ import annotations

import ipaddress
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

LARGEST_BODY = 6 * 1024 * 1024
"""Bytes of a request's body that the product may see (Flask's MAX_CONTENT_LENGTH)."""

LARGEST_READ = 64 * 1024 * 1024
"""Bytes of a body that are read at all: those of a larger one than `LARGEST_BODY` are dropped."""

LARGEST_HEADERS = 16 * 1024
"""Bytes of the first line and all headers of a request."""

IN_MEMORY = 64 * 1024
"""Bytes of a body that stay in memory; a longer one waits in a temporary file."""

ANSWER_IN_MEMORY = 256 * 1024
"""Bytes of an answer that stay in memory while its reader is slow."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of answers that may wait for a slow reader; with more, the connection is closed."""

IPV6_PREFIX = 64
"""Bits of an IPv6 address that name a client: providers give out whole /64 networks."""

FILES_OF_CONNECTION = 3
"""Descriptors that a connection may need: socket, body and answer."""

FILES_OF_PRODUCT = 100
"""Descriptors that are kept for the product: database, templates, temporary files."""

FILES_WANTED = 4096
"""Descriptors that a process asks the system for, where the hard limit allows so many."""


class Phase(IntEnum):
    """What a connection is doing, in the order within one exchange.

    An exchange begins with the work on a request and ends before the work on the next one.
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
        """How long a phase may take with so many bytes to transfer; None: as long as it takes."""
        if phase is Phase.WORKING:
            return None
        if phase is Phase.IDLE:
            return self.idle
        if phase is Phase.HEADERS:
            return self.headers
        return self.transfer + min(length, LARGEST_BODY) / self.slowest_rate


@dataclass(slots=True)
class Watch:
    """Since when a connection has been in its phase. Phases of one exchange only go forward.

    So nobody gains time by going back, such as by sending empty lines before a request.
    """

    since: float
    exchange: int = 0
    phase: Phase = Phase.IDLE
    length: int = 0

    def see(self, now: float, exchange: int, phase: Phase, length: int) -> None:
        """Note what the connection is doing now."""
        if (exchange, phase) > (self.exchange, self.phase):
            self.since, self.exchange, self.phase, self.length = now, exchange, phase, length

    def is_over(self, now: float, limits: Limits) -> bool:
        """Whether the connection has had its time."""
        allowed = limits.seconds(self.phase, self.length)
        return allowed is not None and now - self.since > allowed


class Trusted:
    """The addresses of proxies, whose connections are those of many people."""

    def __init__(self, addresses: Iterable[str]) -> None:
        listed = list(addresses)
        self._everybody = "*" in listed
        self._networks = [ipaddress.ip_network(one) for one in listed if one != "*"]

    def client(self, address: str) -> str | None:
        """What names the client behind an address; None if it is a proxy or a local socket."""
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return None
        if isinstance(found, ipaddress.IPv6Address):
            found = found.ipv4_mapped or found
        if self._everybody or any(found in network for network in self._networks):
            return None
        if isinstance(found, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))
        return str(found)


def possible_connections(wanted: int) -> int:
    """How many connections the system's limit of open files allows, at most `wanted`.

    Raises the soft limit first where the hard limit allows it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES_WANTED:
        soft = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, (soft - FILES_OF_PRODUCT) // FILES_OF_CONNECTION))
