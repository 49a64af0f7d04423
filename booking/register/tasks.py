"""Background job: deletes old import drafts and reports."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.db import unit_of_work
from booking.jobs import Jobs
from booking.register import service

DRAFTS_STAY = timedelta(days=1)


def schedule(jobs: Jobs) -> None:
    """Register the job, once an hour."""
    jobs.every_hour("register.forget_drafts", forget_drafts)


def forget_drafts(now: datetime) -> None:
    """Delete drafts and reports after a day: drafts hold personal contacts."""
    with unit_of_work() as session:
        service.drop_drafts(session, before=now - DRAFTS_STAY)
