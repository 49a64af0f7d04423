"""The next run of a job, and a failure in one line without personal data. Pure."""

from __future__ import annotations

import traceback
from datetime import datetime, timedelta
from pathlib import Path

LONGEST_ERROR = 200
LATE = timedelta(minutes=5)
"""A job that should have begun so long ago is late: the worker does not run, or is held up."""


def next_run(now: datetime, minutes: int, minute_of_hour: int) -> datetime:
    """The next full minute, or the next time at which the clock shows a minute of the hour."""
    whole = now.replace(second=0, microsecond=0)
    if minutes == 1:
        return whole + timedelta(minutes=1)
    coming = whole.replace(minute=minute_of_hour)
    return coming if coming > now else coming + timedelta(hours=1)


def is_late(started_at: datetime | None, now: datetime, minutes: int) -> bool:
    """Whether the last run began longer ago than it may; a job that never ran is not."""
    return started_at is not None and now - started_at > timedelta(minutes=minutes) + LATE


def failure_line(error: BaseException) -> str:
    """The kind of an error and where it was raised: its text may name people or addresses."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "booking" in Path(frame.filename).parts]
    kind = type(error).__name__
    if not own:
        return kind[:LONGEST_ERROR]
    parts = Path(own[-1].filename).parts
    place = "/".join(parts[len(parts) - 1 - parts[::-1].index("booking") :])
    return f"{kind} ({place}:{own[-1].lineno})"[:LONGEST_ERROR]
