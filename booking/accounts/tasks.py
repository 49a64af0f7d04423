"""Scheduled jobs: delete expired sign-ins and expired counts of attempts."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.sign_in import attempts, sessions
from booking.accounts.sign_in.login_manager import unused
from booking.db import unit_of_work
from booking.jobs import Jobs


def schedule(jobs: Jobs) -> None:
    """Schedule both jobs once an hour."""
    jobs.every_hour("accounts.forget_unused", forget_unused)
    jobs.every_hour("accounts.forget_attempts", forget_attempts)


def forget_unused(now: datetime) -> int:
    """Delete expired and ended sign-ins; returns how many."""
    with unit_of_work() as session:
        return sessions.forget_unused(session, now=now, unused=unused())


def forget_attempts(now: datetime) -> None:
    """Delete counts of attempts, which are personal data, once they cause no delay."""
    with unit_of_work() as session:
        attempts.forget_old(session, now=now)
