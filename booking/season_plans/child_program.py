"""Searches a season plan and writes each better one as a line of JSON; runs in a child process.

`solver_process` starts it. It loads OR-Tools, which no other process of the product needs.
"""

from __future__ import annotations

import json
import pickle  # The message is the parent process's own.  # nosec B403
import sys
import time

from booking import json_values
from booking.season_plans.engine.plan import Progress
from booking.season_plans.engine.search import search

REPORT_SECONDS = 1.0
"""The shortest time between two lines, but for the last."""


def main(message: bytes) -> bytes:
    """Search; returns the last line, the best plan that was found."""
    task, effort = pickle.loads(message)  # nosec B301
    told: list[float] = []

    def report(progress: Progress) -> None:
        if not told or progress.seconds - told[-1] >= REPORT_SECONDS:
            told.append(progress.seconds)
            sys.stdout.buffer.write(_line(progress))
            sys.stdout.buffer.flush()

    return _line(search(task, effort, time.monotonic, report))


def _line(progress: Progress) -> bytes:
    return json.dumps(json_values.write(progress)).encode() + b"\n"
