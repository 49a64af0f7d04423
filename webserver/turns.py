"""A process works on one request at a time, unless one takes long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[Any, Any], Iterable[bytes]]
"""As PEP 3333 defines it; gunicorn and waitress have different types for it."""

PATIENCE = 0.2
"""Seconds for which a request waits until the process has answered the one before."""


def one_by_one(application: Application) -> Application:
    """The application, called by one thread at a time as long as each call is short.

    Python runs one thread at a time: with four at work everybody is answered later, and who holds
    a lock in the database, for whom others wait, most of all. Long work and long waits, such as an
    import, keep others only for as long as their patience lasts.
    """
    turn = threading.Lock()

    def waits(environ: Any, start_response: Any) -> Iterable[bytes]:
        mine = turn.acquire(timeout=PATIENCE)
        try:
            return application(environ, start_response)
        finally:
            if mine:
                turn.release()

    return waits
