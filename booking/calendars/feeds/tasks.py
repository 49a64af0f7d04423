"""Periodic job: complete the stored events, and tidy the copies of bodies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from booking.calendars.feeds import completion, stored_bodies
from booking.calendars.feeds.models import Feed
from booking.db import db, unit_of_work
from booking.jobs import Jobs


def schedule(jobs: Jobs) -> None:
    """Register the job, once an hour."""
    jobs.every_hour("calendars.tidy", tidy)


def tidy(now: datetime) -> int:
    """Returns how many lectures were written anew."""
    written, after = 0, 0
    while lecture_ids := completion.incomplete(db.session(), now=now, after=after):
        with unit_of_work() as session:
            for lecture_id in lecture_ids:
                completion.complete(session, lecture_id, now=now)
        written, after = written + len(lecture_ids), lecture_ids[-1]
    in_use = select(Feed.token_hash).where(Feed.revoked_at.is_(None))
    stored_bodies.sweep(frozenset(db.session().scalars(in_use)), now=now)
    return written
