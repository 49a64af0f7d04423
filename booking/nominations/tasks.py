"""Background job: forget telephone numbers and addresses some time after the decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.nominations.models import Nomination

KEPT_DAYS = 90
"""Days after the decision for which somebody can still be told or asked."""


def schedule(jobs: Jobs) -> None:
    """Register the job."""
    jobs.every_hour("nominations.forget_contacts", forget_contacts)


def forget_contacts(now: datetime) -> int:
    """Delete contacts of nominations decided long ago; returns of how many.

    Those of somebody who was accepted stand in the register then. Usually there is nothing to
    forget, and then no write transaction begins.
    """
    due = (
        Nomination.decided_at < now - timedelta(days=KEPT_DAYS),
        Nomination.forgotten_at.is_(None),
        or_(Nomination.phone != "", Nomination.email != ""),
    )
    ids = list(db.session().scalars(select(Nomination.id).where(*due).limit(1000)))
    if not ids:
        return 0
    with unit_of_work() as session:
        session.execute(
            update(Nomination)
            .where(Nomination.id.in_(ids), *due)
            .values(phone="", email="", forgotten_at=now)
        )
    return len(ids)
