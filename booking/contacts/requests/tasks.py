"""Background job: note that requests and grants are over, so that the branch is told."""

from __future__ import annotations

from datetime import datetime

from booking.contacts.requests import changes, queries, service
from booking.contacts.requests.engine.lifecycle import OPEN
from booking.db import db, unit_of_work
from booking.jobs import Jobs

AT_ONCE = 200


def schedule(jobs: Jobs) -> None:
    """Register the job."""
    jobs.every_minute("contacts.pass_time", pass_time)


def pass_time(now: datetime) -> int:
    """Expire what is over, each in a transaction of its own; returns how many.

    Nothing waits for this job: what is over shows nothing at once (`lifecycle.state_at`).
    """
    count = 0
    for request_id in queries.due(db.session(), now, most=AT_ONCE):
        with unit_of_work() as session:
            one = changes.locked(session, request_id)
            if one.state in OPEN and one.expires_at <= now:
                service.expire(session, one, now=now)
                count += 1
    return count
