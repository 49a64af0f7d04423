"""A process reads one uploaded file at a time, lest slow files occupy all of its threads."""

from __future__ import annotations

import threading

from booking.process import child
from booking.process.child import ChildEnded, Limits

QUEUE_SECONDS = 2
"""How long a request waits while this process reads another file."""

_lock = threading.Lock()

__all__ = ["ChildEnded", "Limits", "ReaderBusy", "ask"]


class ReaderBusy(Exception):
    """Raised when another file is still being read after `QUEUE_SECONDS`."""


def ask(module: str, question: bytes, limits: Limits) -> bytes:
    """As `process.child.ask`, one after the other. Raises `ReaderBusy` or `ChildEnded`."""
    if not _lock.acquire(timeout=QUEUE_SECONDS):
        raise ReaderBusy
    try:
        return child.ask(module, question, limits)
    finally:
        _lock.release()
