"""Sign-ins that are over are deleted."""

from __future__ import annotations

from datetime import datetime

from booking.accounts import sign_ins
from booking.accounts.sign_in_security import unused
from booking.db import unit_of_work
from booking.tasks import Jobs


def schedule(jobs: Jobs) -> None:
    """Look once an hour."""
    jobs.every_hour("accounts.forget_unused", forget_unused)


def forget_unused(now: datetime) -> int:
    """Delete the sign-ins that are over; returns how many."""
    with unit_of_work() as session:
        return sign_ins.forget_unused(session, now=now, unused=unused())
