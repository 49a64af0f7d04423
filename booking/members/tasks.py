"""Scheduled: links for new passwords go when they have expired."""

from __future__ import annotations

from datetime import datetime

from booking.db import unit_of_work
from booking.jobs import Jobs
from booking.members.reset_links import service as reset_links


def schedule(jobs: Jobs) -> None:
    """Schedule the job once an hour."""
    jobs.every_hour("members.forget", forget)


def forget(now: datetime) -> None:
    """Delete what has expired."""
    with unit_of_work() as session:
        reset_links.forget_old(session, now=now)
