"""Periodic job: ask people whose entry nobody has looked through for a year."""

from __future__ import annotations

from datetime import datetime

from booking.db import db, unit_of_work
from booking.entries.confirmations import service
from booking.jobs import Jobs
from booking.lectures.expiry import rounds


def schedule(jobs: Jobs) -> None:
    """Register the job, once an hour."""
    jobs.every_hour("entries.ask", ask)


def ask(now: datetime) -> int:
    """Ask those who are due at `now`, each in a transaction of its own; returns how many.

    Does nothing while the clock may be wrong (`expiry.rounds`).
    """
    if rounds.held(db.session()) is not None:
        return 0
    asked = 0
    for instructor_id in service.to_ask(db.session(), now=now):
        with unit_of_work() as session:
            asked += service.ask(session, instructor_id=instructor_id, now=now)
    return asked
