"""Have repetitions written out by a child process that may take so much and no more."""

from __future__ import annotations

import json
import subprocess  # The strangers' file is read apart from everything else.  # nosec B404
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from booking.availability import outside_text
from booking.availability.intervals import union
from booking.availability.outside import AHEAD, BACK, BusyTimes, CannotRead, Trouble

PROGRAM = Path(__file__).with_name("outside_ics.py")
SECONDS = 10
"""In all. The child has 5 s of computing; on a busy machine they take longer."""

_ENDED = '{"trouble": "too_hard"}'
"""What a child means that the system has ended."""


def read_calendar(
    data: bytes,
    *,
    zone: str,
    all_day_busy: bool,
    now: datetime,
    own: outside_text.Own = outside_text.nobodys,
) -> BusyTimes:
    """When a file says busy, from a day before `now` to 400 days after. Raises `CannotRead`.

    `zone` is the owner's, for times without one; `own` tells our own lectures. Memory, time and
    crashes of the expansion are the child's own; the child gets the lines with times only, and
    no environment.
    """
    question = {
        "text": outside_text.busy_lines(data, own),
        "zone": zone,
        "all_day_busy": all_day_busy,
        "since": int((now - BACK).timestamp()),
        "until": int((now + AHEAD).timestamp()),
    }
    try:
        # A program of ours by its path, without a shell; what is read goes to its standard input.
        done = subprocess.run(  # nosec B603
            [sys.executable, "-I", str(PROGRAM)],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=SECONDS,
            env={},
            cwd="/",
            check=False,
        )
        told: dict[str, Any] = json.loads(done.stdout if done.returncode == 0 else _ENDED)
    except (subprocess.TimeoutExpired, ValueError):
        raise CannotRead(Trouble.TOO_HARD) from None
    if "trouble" in told:
        raise CannotRead(Trouble(told["trouble"]))
    return BusyTimes(
        union((_instant(start), _instant(end)) for start, end in told["spans"]),
        _instant(told["until"]),
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
