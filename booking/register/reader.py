"""Parses an uploaded spreadsheet in a child process, so that no file can crash the server.

`read_upload` is for files; `read_again` parses kept cells anew, after a choice of columns.
"""

from __future__ import annotations

import json

from booking.process.child import ChildEnded, Limits
from booking.register import child_program
from booking.register.child_program import Parsed
from booking.register.engine.kept_sheets import AS_READ, Choice
from booking.register.engine.roster import UnreadableReason, UnreadableRoster
from booking.workbooks import one_at_a_time
from booking.workbooks.engine import sheets
from booking.workbooks.engine.sheets import Sheet
from booking.workbooks.one_at_a_time import ReaderBusy

LIMITS = Limits(memory=640 * 1024 * 1024, cpu_seconds=20, seconds=40)
"""20,000 people take 4 s and 200 MB on an idle machine."""


def read_upload(data: bytes, *, filename: str, choice: Choice = AS_READ) -> Parsed:
    """The cells and the roster of an untrusted .xlsx file. Raises `UnreadableRoster`.

    One file at a time in each process (`workbooks.one_at_a_time`).
    """
    return _ask(child_program.question(data, filename, choice))


def read_again(sheet: Sheet, choice: Choice) -> Parsed:
    """The roster of kept cells, by another choice of header and columns."""
    cells = json.dumps(sheets.write(sheet), ensure_ascii=False)
    return _ask(child_program.question(cells.encode(), None, choice))


def _ask(question: bytes) -> Parsed:
    try:
        answer = one_at_a_time.ask(child_program.__name__, question, LIMITS)
        return child_program.read_answer(answer)
    except ReaderBusy:
        raise UnreadableRoster(UnreadableReason.BUSY) from None
    except (ChildEnded, ValueError, RecursionError):
        raise UnreadableRoster(UnreadableReason.TOO_HARD) from None
