"""Parses an uploaded spreadsheet in a child process, so that no file can crash the server.

`read_upload` is for files; `read_again` parses kept cells anew, after a choice of columns.
"""

from __future__ import annotations

import json
import threading

from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.register import child_program
from booking.register.child_program import Parsed
from booking.register.engine import sheets
from booking.register.engine.roster import UnreadableReason, UnreadableRoster
from booking.register.engine.sheets import AS_READ, Choice, Sheet

LIMITS = Limits(memory=640 * 1024 * 1024, cpu_seconds=20, seconds=40)
"""20,000 people take 4 s and 200 MB on an idle machine."""

QUEUE_SECONDS = 2
"""How long a request waits while this process parses another file."""

_one_at_a_time = threading.Lock()


def read_upload(data: bytes, *, filename: str, choice: Choice = AS_READ) -> Parsed:
    """The cells and the roster of an untrusted .xlsx file. Raises `UnreadableRoster`.

    A server process parses one file at a time, lest slow files occupy all of its threads.
    """
    return _ask(child_program.question(data, filename, choice))


def read_again(sheet: Sheet, choice: Choice) -> Parsed:
    """The roster of kept cells, by another choice of header and columns."""
    cells = json.dumps(sheets.write(sheet), ensure_ascii=False)
    return _ask(child_program.question(cells.encode(), None, choice))


def _ask(question: bytes) -> Parsed:
    if not _one_at_a_time.acquire(timeout=QUEUE_SECONDS):
        raise UnreadableRoster(UnreadableReason.BUSY)
    try:
        return child_program.read_answer(child.ask(child_program.__name__, question, LIMITS))
    except (ChildEnded, ValueError, RecursionError):
        raise UnreadableRoster(UnreadableReason.TOO_HARD) from None
    finally:
        _one_at_a_time.release()
