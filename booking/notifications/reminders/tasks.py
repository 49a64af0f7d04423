"""Background jobs: remind people of their lectures, and forget which reminders were sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking import i18n
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.lectures.expiry import rounds
from booking.notifications.reminders import queries, service

KEPT = timedelta(days=30)
"""How long after a lecture it is kept that people were reminded of it."""


def schedule(jobs: Jobs) -> None:
    """Register the jobs."""
    jobs.every_minute("notifications.remind", remind)
    jobs.every_hour("notifications.forget_reminders", forget)


def remind(now: datetime) -> int:
    """Record the reminders that are due at `now`; returns how many.

    Each lecture has a transaction of its own. Nothing is done while the clock may be wrong.
    """
    session = db.session()
    if rounds.held(session) is not None:
        return 0
    zone = i18n.zone()
    found = queries.to_remind(session, now=now, zone=zone)
    recorded = 0
    for lecture_id in queries.lectures_of(found):
        with unit_of_work() as writing:
            recorded += service.remind(writing, lecture_id=lecture_id, now=now, zone=zone)
    return recorded


def forget(now: datetime) -> None:
    """Forget the reminders of lectures that are long over."""
    with unit_of_work() as session:
        service.forget(session, before=now - KEPT)
