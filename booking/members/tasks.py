"""Scheduled: personal data of invitations and requests are forgotten in time."""

from __future__ import annotations

from datetime import datetime

from booking.db import unit_of_work
from booking.jobs import Jobs
from booking.members.invitations import service as invitations
from booking.members.reset_links import service as reset_links
from booking.members.sign_up import service as sign_up


def schedule(jobs: Jobs) -> None:
    """Schedule the job once an hour."""
    jobs.every_hour("members.forget", forget)


def forget(now: datetime) -> None:
    """Delete what is no longer needed (PIPL, article 47)."""
    with unit_of_work() as session:
        sign_up.forget_old(session, now=now)
        invitations.forget_old(session, now=now)
        reset_links.forget_old(session, now=now)
