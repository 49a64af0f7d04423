"""Parses an uploaded spreadsheet in a child process, so that no file can crash the server."""

from __future__ import annotations

import threading

from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.register import child_program
from booking.register.engine.roster import Roster, UnreadableReason, UnreadableRoster

LIMITS = Limits(memory=640 * 1024 * 1024, cpu_seconds=20, seconds=40)
"""20,000 people take 4 s and 200 MB on an idle machine."""

QUEUE_SECONDS = 2
"""How long a request waits while this process parses another file."""

_one_at_a_time = threading.Lock()


def read_upload(data: bytes, *, filename: str) -> Roster:
    """The roster of an untrusted .xlsx file. Raises `UnreadableRoster`.

    A server process parses one file at a time, lest slow files occupy all of its threads.
    """
    if not _one_at_a_time.acquire(timeout=QUEUE_SECONDS):
        raise UnreadableRoster(UnreadableReason.BUSY)
    try:
        answer = child.ask(child_program.__name__, child_program.question(data, filename), LIMITS)
        return child_program.read_answer(answer)
    except (ChildEnded, ValueError, RecursionError):
        raise UnreadableRoster(UnreadableReason.TOO_HARD) from None
    finally:
        _one_at_a_time.release()
