"""Reads an uploaded list in a child process, so that no file can crash the server."""

from __future__ import annotations

import threading

from booking.errors import TryLater
from booking.organisations.lists import child_program
from booking.organisations.lists.engine.tables import Table, Unreadable, UnreadableTable
from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.sentences import N_

LIMITS = Limits(memory=512 * 1024 * 1024, cpu_seconds=15, seconds=30)
"""10,000 rows take 1 s on an idle machine."""

QUEUE_SECONDS = 2
"""How long a request waits while this process reads another file."""

_one_at_a_time = threading.Lock()


class Busy(TryLater):
    """Another file is being read."""

    def __init__(self) -> None:
        super().__init__(N_("Another file is being read. Wait a moment, then send it again."), 5)


def read_upload(data: bytes, *, filename: str) -> Table:
    """The table of an untrusted file. Raises `UnreadableTable`, `Busy`.

    A server process reads one file at a time, lest slow files occupy all of its threads.
    """
    if not _one_at_a_time.acquire(timeout=QUEUE_SECONDS):
        raise Busy()
    try:
        answer = child.ask(child_program.__name__, child_program.question(data, filename), LIMITS)
        return child_program.read_answer(answer)
    except UnreadableTable:
        raise
    except (ChildEnded, ValueError, RecursionError):
        raise UnreadableTable(Unreadable.TOO_HARD) from None
    finally:
        _one_at_a_time.release()
