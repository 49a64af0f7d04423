"""Read an uploaded spreadsheet in a child process, so that no file takes the site along."""

from __future__ import annotations

import json
import threading
from typing import Any

from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.register import child_program
from booking.register.engine import drafts
from booking.register.engine.roster import Reason, Roster, UnreadableRoster

LIMITS = Limits(memory=640 * 1024 * 1024, cpu_seconds=20, seconds=40)
"""20,000 people take 4 s and 200 MB on a machine that has nothing else to do."""

QUEUE_SECONDS = 2
"""How long a request waits for another file that this process is having read."""

_one_at_a_time = threading.Lock()


def read_upload(data: bytes, *, filename: str) -> Roster:
    """The register that an .xlsx file of any origin holds. Raises `UnreadableRoster`.

    A process has one file read at a time: many that are hard to read must not take all threads.
    """
    if not _one_at_a_time.acquire(timeout=QUEUE_SECONDS):
        raise UnreadableRoster(Reason.BUSY)
    try:
        answer = child.ask(child_program.__name__, child_program.question(data, filename), LIMITS)
        told: dict[str, Any] = json.loads(answer)
    except (ChildEnded, ValueError):
        raise UnreadableRoster(Reason.TOO_HARD) from None
    finally:
        _one_at_a_time.release()
    if "refused" in told:
        raise child_program.refusal(told)
    return drafts.read(told["roster"])
