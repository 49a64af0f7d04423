"""Scheduled job: delete by the schedule of retention."""

from __future__ import annotations

import logging
from datetime import datetime

from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.privacy.retention import service
from booking.privacy.retention.rules import RULES

logger = logging.getLogger(__name__)


def schedule(jobs: Jobs) -> None:
    """Register the job, once an hour."""
    jobs.every_hour("privacy.retention", apply_schedule)


def apply_schedule(now: datetime) -> None:
    """Delete what is due, each rule in a transaction of its own.

    Where nothing is due, no write transaction begins. A rule that fails does not keep back the
    others; the first error is raised at the end.
    """
    due, first = service.counts(db.session(), now), None
    for rule in (rule for rule in RULES if due[rule.name]):
        try:
            with unit_of_work() as session:
                service.apply_rule(session, rule, now=now)
        except Exception as error:
            logger.exception("the rule %s of retention failed", rule.name)
            first = first or error
    if first is not None:
        raise first
