"""The threads of a process that answer: one, and another one when an answer takes long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from waitress.task import ThreadedTaskDispatcher

Application = Callable[[Any, Any], Iterable[bytes]]
"""As PEP 3333 defines it; gunicorn and waitress have different types for it."""

PATIENCE = 0.2
"""Seconds that the first request in line waits before a further thread helps."""

IDLE_SECONDS = 1.0
"""How often there is something to look after when nobody waits."""


class Threads(ThreadedTaskDispatcher):
    """One thread answers the requests of a process in their order.

    Python runs one thread at a time: with four at work everybody is answered later, and who holds
    a lock in the database, for whom others wait, most of all. Long work and long waits, such as an
    import, keep others only for as long as their patience lasts: then another thread goes on with
    those in line, until there is nothing to do.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        self._first: Any = None
        self._since = 0.0
        self.set_thread_count(1)

    def tend(self) -> float:
        """Send for help or send it home; returns after how many seconds to look again."""
        now = self._clock()
        with self.lock:
            first = self.queue[0] if self.queue else None
            count = len(self.threads) - self.stop_count
            resting = self.active_count == 0
        if first is not self._first:
            self._first, self._since = first, now
        elif first is not None and now - self._since >= PATIENCE and count < self._most:
            self.set_thread_count(count + 1)
            self._since = now
        elif resting and first is None and count > 1:
            self.set_thread_count(1)
        return IDLE_SECONDS if first is None else PATIENCE
