"""The worker threads of a process: one, and more while a request takes long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from waitress.task import ThreadedTaskDispatcher

Application = Callable[[Any, Any], Iterable[bytes]]
"""A WSGI application (PEP 3333); gunicorn and waitress have different types for it."""

PATIENCE = 0.2
"""Seconds that the first queued request waits before another thread is added."""

IDLE_SECONDS = 1.0
"""Seconds between two calls of `tend` while the queue is empty."""


class Threads(ThreadedTaskDispatcher):
    """A thread pool that processes requests in order with one thread, adding more when needed.

    Python runs one thread at a time (GIL): four active threads delay every response, and most of
    all that of a request that holds a database lock for which others wait. A long request, such as
    an import, blocks the queue for `PATIENCE` only: then another thread is added, which is removed
    once the pool is idle.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        self._first: Any = None
        self._since = 0.0
        self.set_thread_count(1)

    def tend(self) -> float:
        """Add a thread or remove the additional ones; returns the seconds until the next call."""
        now = self._clock()
        with self.lock:
            first = self.queue[0] if self.queue else None
            count = len(self.threads) - self.stop_count
            idle = self.active_count == 0
        if first is not self._first:
            self._first, self._since = first, now
        elif first is not None and now - self._since >= PATIENCE and count < self._most:
            self.set_thread_count(count + 1)
            self._since = now
        elif idle and first is None and count > 1:
            self.set_thread_count(1)
        return IDLE_SECONDS if first is None else PATIENCE
