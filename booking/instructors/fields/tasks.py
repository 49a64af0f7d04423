"""Background work: what came to merged fields moves after them."""

from __future__ import annotations

from datetime import datetime

from booking.db import unit_of_work
from booking.instructors.fields import mergers
from booking.jobs import Jobs


def schedule(jobs: Jobs) -> None:
    """Register the job."""
    jobs.every_hour("fields.settle", settle)


def settle(now: datetime) -> None:
    """Move what an open form added to a merged field."""
    with unit_of_work() as session:
        mergers.settle(session, now=now)
