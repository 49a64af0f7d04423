"""Serialises password hashing, which occupies a CPU core for tens of milliseconds, per process.

`OneAtATime` replaces the library's passlib context, so that no page can bypass it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any, ClassVar

from booking.accounts.engine.errors import Busy

ARGON2 = {
    "argon2__type": "ID",
    "argon2__memory_cost": 19 * 1024,
    "argon2__rounds": 2,
    "argon2__parallelism": 1,
}
"""19 MiB, two passes, one lane: the minimum of OWASP's Password Storage Cheat Sheet.

The library's default (64 MiB, three passes, four lanes) occupies all cores for seven times as
long. Hashes with other parameters remain valid and are renewed at the next sign-in.
"""


class OneAtATime:
    """A passlib context whose slow functions are serialised by a semaphore, with few waiting."""

    MOST_WAITING: ClassVar[int] = 4
    LONGEST_WAIT: ClassVar[float] = 3.0
    """Seconds to wait for the semaphore; a hash takes a few hundredths of a second."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._turn = BoundedSemaphore()
        self._counter = Lock()
        self._waiting = 0

    def hash(self, *arguments: Any, **options: Any) -> Any:
        """Hash a password; raises `Busy`."""
        with self._exclusive():
            return self._context.hash(*arguments, **options)

    def verify(self, *arguments: Any, **options: Any) -> Any:
        """Check a password; raises `Busy`."""
        with self._exclusive():
            return self._context.verify(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        with self._counter:
            if self._waiting > self.MOST_WAITING:
                raise Busy()
            self._waiting += 1
        try:
            if not self._turn.acquire(timeout=self.LONGEST_WAIT):
                raise Busy()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            with self._counter:
                self._waiting -= 1
