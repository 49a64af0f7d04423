"""Periodic job: remind branches of lectures that they have not evaluated."""

from __future__ import annotations

from datetime import datetime

from booking.db import db, unit_of_work
from booking.evaluations import reminders
from booking.jobs import Jobs
from booking.lectures.expiry import rounds


def schedule(jobs: Jobs) -> None:
    """Register the job, once an hour."""
    jobs.every_hour("evaluations.remind", remind)


def remind(now: datetime) -> int:
    """Record the reminders due at `now`, each in a transaction of its own; returns how many.

    Does nothing while the clock may be wrong (`expiry.rounds`).
    """
    if rounds.held(db.session()) is not None:
        return 0
    recorded = 0
    for lecture_id in reminders.to_remind(db.session(), now=now):
        with unit_of_work() as session:
            recorded += reminders.remind(session, lecture_id=lecture_id, now=now)
    return recorded
