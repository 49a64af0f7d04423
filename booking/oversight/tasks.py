"""Scheduled job: write buffered entries of the audit log."""

from __future__ import annotations

from datetime import datetime

from booking import audit
from booking.jobs import Jobs


def schedule(jobs: Jobs) -> None:
    """Write the worker's buffered entries each minute."""
    jobs.every_minute("oversight.write_waiting", write_waiting)


def write_waiting(_now: datetime) -> None:
    """Retry the entries that could not be written."""
    audit.write_waiting()
