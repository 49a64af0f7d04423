"""Sign-ins that are over and counts that say nothing any more are deleted."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.sign_in import attempts, sessions
from booking.accounts.sign_in.login_manager import unused
from booking.db import unit_of_work
from booking.jobs import Jobs


def schedule(jobs: Jobs) -> None:
    """Look once an hour."""
    jobs.every_hour("accounts.forget_unused", forget_unused)
    jobs.every_hour("accounts.forget_attempts", forget_attempts)


def forget_unused(now: datetime) -> int:
    """Delete the sign-ins that are over; returns how many."""
    with unit_of_work() as session:
        return sessions.forget_unused(session, now=now, unused=unused())


def forget_attempts(now: datetime) -> None:
    """Delete counts of failed sign-ins, which are about people, once they delay nobody."""
    with unit_of_work() as session:
        attempts.forget_old(session, now=now)
