"""Periodic job: remind those who must act of replies that are due tomorrow."""

from __future__ import annotations

from datetime import datetime

from booking import i18n
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.lectures.expiry import rounds
from booking.lectures.reminders import queries, service


def schedule(jobs: Jobs) -> None:
    """Register the job, once a minute."""
    jobs.every_minute("lectures.remind", remind)


def remind(now: datetime) -> int:
    """Record the reminders that are due at `now`, each in its own transaction; returns how many.

    Does nothing while the clock may be wrong (`expiry.rounds`).
    """
    if rounds.held(db.session()) is not None:
        return 0
    zone = i18n.zone()
    recorded = 0
    for number in queries.to_remind(db.session(), now=now, zone=zone):
        with unit_of_work() as session:
            recorded += service.remind(session, number=number, now=now, zone=zone)
    for number, proposal_id in queries.proposals_to_remind(db.session(), now=now, zone=zone):
        with unit_of_work() as session:
            recorded += service.remind_of_proposal(
                session, number=number, proposal_id=proposal_id, now=now
            )
    return recorded
