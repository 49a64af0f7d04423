"""Which connections a process holds: bounds, deadlines, and when it takes new ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from webserver.channel import Channel
from webserver.limits import Limits, Phase, Trusted

SWEEP_SECONDS = 1.0
"""How often deadlines are looked at."""


class Admission:
    """All connections of one process.

    Where a bound is reached, the connection makes room that has been silent or slow for the
    longest time, so that those who come are served in spite of those who stay. Everything but
    `begin_work` and `end_work` runs in the thread that polls.
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
        self._leaving: list[Channel] = []
        self._next_sweep = 0.0
        self._lock = threading.Lock()
        self._requests = 0

    @property
    def is_busy(self) -> bool:
        """Whether there are requests for all threads; then other processes take who comes."""
        return self._requests >= self.limits.threads

    @property
    def is_working(self) -> bool:
        """Whether a request is waiting for its answer."""
        return self._requests > 0

    def begin_work(self) -> None:
        """A request has arrived."""
        with self._lock:
            self._requests += 1

    def end_work(self) -> None:
        """A request has been answered."""
        with self._lock:
            was_busy = self.is_busy
            self._requests -= 1
        if was_busy:
            self._wake()
        self._after()

    def enter(self, channel: Channel) -> None:
        """A connection has been made."""
        client = self._trusted.client(str(channel.addr[0]))
        beside = self._by_client.setdefault(client, {})
        if client is not None and len(beside) >= self.limits.connections_of_client:
            self._make_room(beside, channel)
        elif self._count >= self.limits.connections:
            self._make_room(self._most_of_one_client(), channel)
        beside[channel] = None
        self._count += 1

    def _make_room(self, among: Iterable[Channel], newcomer: Channel) -> None:
        """Of some connections the one that has waited longest goes; if all work, the newcomer."""
        waiting = [one for one in among if one.phase[0] is not Phase.WORKING and not one.will_close]
        goes = min(waiting, key=lambda one: one.since, default=newcomer)
        goes.will_close = True
        self._leaving.append(goes)

    def _most_of_one_client(self) -> dict[Channel, None]:
        return max(self._by_client.values(), key=len)

    def leave(self, channel: Channel) -> None:
        """A connection has been closed."""
        client = self._trusted.client(str(channel.addr[0]))
        beside = self._by_client.get(client, {})
        if channel in beside:
            del beside[channel]
            self._count -= 1
        if not beside:
            self._by_client.pop(client, None)

    def sweep(self) -> bool:
        """Close who has to go and, once a second, who is too slow; whether a second was over."""
        while self._leaving:
            self._leaving.pop().end()
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
        return [channel for beside in self._by_client.values() for channel in beside]
