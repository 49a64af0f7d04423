"""Periodic job: ask branches what lectures have changed, and remind each once."""

from __future__ import annotations

from datetime import datetime

from booking import i18n
from booking.db import db, unit_of_work
from booking.follow_ups import service
from booking.follow_ups.rules import rules
from booking.jobs import Jobs
from booking.lectures.expiry import rounds


def schedule(jobs: Jobs) -> None:
    """Register the job, once an hour."""
    jobs.every_hour("follow_ups.ask", ask)


def ask(now: datetime) -> int:
    """Ask and remind what is due at `now`, each in its own transaction; returns how many mails.

    Does nothing while the clock may be wrong (`expiry.rounds`).
    """
    if rounds.held(db.session()) is not None:
        return 0
    zone, present, recorded = i18n.zone(), rules(), 0
    for number in service.to_ask(db.session(), rules=present, now=now):
        with unit_of_work() as session:
            recorded += service.ask(session, number=number, rules=present, now=now, zone=zone)
    for number, stage in service.to_recall(db.session(), now=now):
        with unit_of_work() as session:
            recorded += service.recall(session, number=number, stage=stage, now=now)
    return recorded
