"""Forget entries of the audit log that are older than the setting AUDIT_DAYS."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from flask import current_app

from booking import audit
from booking.db import unit_of_work
from booking.jobs import Jobs

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 5000
"""In an hour: a clock that jumps ahead does not empty the log before somebody sees it."""


def schedule(jobs: Jobs) -> None:
    """Look each hour, and write what waits in the worker each minute."""
    jobs.every_hour("oversight.forget_entries", forget_entries)
    jobs.every_minute("oversight.write_waiting", write_waiting)


def forget_entries(now: datetime) -> int:
    """Delete what is too old; returns how many entries that were."""
    before = now - timedelta(days=current_app.config["AUDIT_DAYS"])
    with unit_of_work() as session:
        gone = audit.forget(session, before=before, most=MOST_AT_ONCE)
    if gone:
        logger.info("%d entries of the audit log were older than %s", gone, before.date())
    return gone


def write_waiting(_now: datetime) -> None:
    """Try again what could not be written."""
    audit.write_waiting()
