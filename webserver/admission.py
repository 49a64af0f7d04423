"""The connections of one process: limits on their number, deadlines, and when it accepts more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from webserver.channel import Channel
from webserver.limits import Limits, Phase, Trusted

SWEEP_SECONDS = 1.0
"""Interval between two checks of the deadlines."""


class Admission:
    """All connections of one process.

    When a limit is reached, the connection that has been idle or slow for the longest time is
    closed, so that new clients are served although old ones keep connections open. All methods but
    `begin_work` and `end_work` run in the I/O thread.
    """

    def __init__(
        self,
        limits: Limits,
        trusted: Trusted,
        wake: Callable[[], object],
        after: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self.clock = clock
        self._trusted = trusted
        self._wake = wake
        self._after = after
        self._by_client: dict[str | None, dict[Channel, None]] = {}
        self._count = 0
        self._evicted: list[Channel] = []
        self._next_sweep = 0.0
        self._lock = threading.Lock()
        self._requests = 0

    @property
    def is_busy(self) -> bool:
        """Whether all worker threads have a request; other processes then accept connections."""
        return self._requests >= self.limits.threads

    @property
    def is_working(self) -> bool:
        """Whether a request is queued or being processed."""
        return self._requests > 0

    def begin_work(self) -> None:
        """Count a request that has been received completely."""
        with self._lock:
            self._requests += 1

    def end_work(self) -> None:
        """Count a request as done, and wake the I/O thread if it had stopped accepting."""
        with self._lock:
            was_busy = self.is_busy
            self._requests -= 1
        if was_busy:
            self._wake()
        self._after()

    def enter(self, channel: Channel) -> None:
        """Add a new connection, closing another one where a limit is reached."""
        client = self._trusted.client(str(channel.addr[0]))
        connections = self._by_client.setdefault(client, {})
        if client is not None and len(connections) >= self.limits.connections_of_client:
            self._make_room(connections, channel)
        elif self._count >= self.limits.connections:
            self._make_room(self._most_of_one_client(), channel)
        connections[channel] = None
        self._count += 1

    def _make_room(self, among: Iterable[Channel], newcomer: Channel) -> None:
        """Evict the connection that has been waiting longest; the new one if all are working."""
        waiting = [
            channel
            for channel in among
            if channel.phase[0] is not Phase.WORKING and not channel.will_close
        ]
        evicted = min(waiting, key=lambda channel: channel.since, default=newcomer)
        evicted.will_close = True
        self._evicted.append(evicted)

    def _most_of_one_client(self) -> dict[Channel, None]:
        return max(self._by_client.values(), key=len)

    def leave(self, channel: Channel) -> None:
        """Remove a connection that has been closed."""
        client = self._trusted.client(str(channel.addr[0]))
        connections = self._by_client.get(client, {})
        if channel in connections:
            del connections[channel]
            self._count -= 1
        if not connections:
            self._by_client.pop(client, None)

    def sweep(self) -> bool:
        """Close evicted connections and, once a second, those past their deadline.

        Returns whether the deadlines were checked in this call.
        """
        while self._evicted:
            self._evicted.pop().end()
        now = self.clock()
        if now < self._next_sweep:
            return False
        self._next_sweep = now + SWEEP_SECONDS
        for channel in self.channels():
            if channel.look(now, self.limits):
                channel.end()
        return True

    def channels(self) -> list[Channel]:
        """All connections."""
        return [channel for connections in self._by_client.values() for channel in connections]
