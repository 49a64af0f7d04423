"""Reads an uploaded list in a child process, so that no file can crash the server."""

from __future__ import annotations

from booking.errors import TryLater
from booking.organisations.lists import child_program
from booking.organisations.lists.engine.tables import Table, Unreadable, UnreadableTable
from booking.process.child import ChildEnded, Limits
from booking.sentences import N_
from booking.workbooks import one_at_a_time
from booking.workbooks.one_at_a_time import ReaderBusy

LIMITS = Limits(memory=512 * 1024 * 1024, cpu_seconds=15, seconds=30)
"""10,000 rows take 1 s on an idle machine."""


class Busy(TryLater):
    """Another file is being read."""

    def __init__(self) -> None:
        super().__init__(N_("Another file is being read. Wait a moment, then send it again."), 5)


def read_upload(data: bytes, *, filename: str) -> Table:
    """The table of an untrusted file. Raises `UnreadableTable`, `Busy`.

    One file at a time in each process (`workbooks.one_at_a_time`).
    """
    question = child_program.question(data, filename)
    try:
        answer = one_at_a_time.ask(child_program.__name__, question, LIMITS)
        return child_program.read_answer(answer)
    except UnreadableTable:
        raise
    except ReaderBusy:
        raise Busy() from None
    except (ChildEnded, ValueError, RecursionError):
        raise UnreadableTable(Unreadable.TOO_HARD) from None
