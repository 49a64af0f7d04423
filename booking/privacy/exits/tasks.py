"""Scheduled job: erase people who have left and owe nothing any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.audit import KEPT_AT_LEAST
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.lectures.expiry import rounds
from booking.privacy.erasure.audit_log import MARGIN
from booking.privacy.exits import queries, service


def schedule(jobs: Jobs) -> None:
    """Register the job, once an hour."""
    jobs.every_hour("privacy.erase", erase)


def erase(now: datetime) -> int:
    """Erase those whose day has come, each in a transaction of its own; returns how many.

    Does nothing while the clock may be wrong (`expiry.rounds`): this cannot be undone.
    """
    session = db.session()
    if rounds.held(session) is not None:
        return 0
    due, kept = queries.waiting(session, before=now), timedelta(days=KEPT_AT_LEAST) + 2 * MARGIN
    logs = queries.logs_due(session, before=now - kept)
    erased = 0
    for leaving_id in due:
        with unit_of_work() as writing:
            erased += service.carry_out(writing, leaving_id=leaving_id, now=now)
    for leaving_id in logs:
        with unit_of_work() as writing:
            service.erase_log(writing, leaving_id=leaving_id, now=now)
    return erased
