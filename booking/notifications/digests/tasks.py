"""Background job: digests for coordinators, at the hour that each has chosen."""

from __future__ import annotations

from datetime import datetime

from booking import i18n
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.notifications.digests import queries, service


def schedule(jobs: Jobs) -> None:
    """Register the job."""
    jobs.every_minute("notifications.write_digests", write_digests)


def write_digests(now: datetime) -> int:
    """Record the digests that are due at `now`, each in its own transaction; returns how many."""
    zone, recorded = i18n.zone(), 0
    for user_id in queries.due(db.session(), now=now, zone=zone):
        with unit_of_work() as session:
            recorded += service.record(session, user_id=user_id, now=now, zone=zone)
    return recorded
