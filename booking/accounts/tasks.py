"""Scheduled job: delete expired counts of sign-in attempts."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.sign_in import attempts
from booking.db import unit_of_work
from booking.jobs import Jobs


def schedule(jobs: Jobs) -> None:
    """Schedule the job once an hour."""
    jobs.every_hour("accounts.forget_attempts", forget_attempts)


def forget_attempts(now: datetime) -> None:
    """Delete counts of attempts, which are personal data, once they cause no delay."""
    with unit_of_work() as session:
        attempts.forget_old(session, now=now)
