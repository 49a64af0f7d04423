"""Scheduled jobs: delete entries older than AUDIT_DAYS, and write buffered entries."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from booking import audit
from booking.db import unit_of_work
from booking.jobs import Jobs
from booking.settings.engine.declarations import AUDIT_DAYS
from booking.settings.queries import in_force

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 5000
"""Most entries deleted per hour: a clock that jumps ahead cannot empty the log unnoticed."""


def schedule(jobs: Jobs) -> None:
    """Delete old entries each hour, and write the worker's buffered entries each minute."""
    jobs.every_hour("oversight.forget_entries", forget_entries)
    jobs.every_minute("oversight.write_waiting", write_waiting)


def forget_entries(now: datetime) -> int:
    """Delete entries older than AUDIT_DAYS; returns how many."""
    before = now - timedelta(days=in_force(AUDIT_DAYS))
    with unit_of_work() as session:
        count = audit.forget(session, before=before, most=MOST_AT_ONCE)
    if count:
        logger.info("%d entries of the audit log were older than %s", count, before.date())
    return count


def write_waiting(_now: datetime) -> None:
    """Retry the entries that could not be written."""
    audit.write_waiting()
