"""Forget what was counted and says nothing any more."""

from __future__ import annotations

from datetime import datetime

from booking.accounts import attempts
from booking.db import unit_of_work
from booking.tasks import Jobs


def schedule(jobs: Jobs) -> None:
    """Look each hour."""
    jobs.every_hour("accounts.forget_attempts", forget_attempts)


def forget_attempts(now: datetime) -> None:
    """Counts of failed sign-ins are about people: they go when the last attempt has leaked away."""
    with unit_of_work() as session:
        attempts.forget_old(session, now=now)
