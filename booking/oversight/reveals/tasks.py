"""Background job: tell the administrators of unusual numbers of contacts, once a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.outbox import service as outbox
from booking.outbox.models import OutboxEvent
from booking.oversight.reveals.engine.events import (
    UNUSUAL_REVEALS,
    UnusualReader,
    UnusualReveals,
)
from booking.oversight.reveals.engine.unusual import DAY
from booking.oversight.reveals.queries import unusual_readers
from booking.settings.engine.contact_declarations import REVEALS_PER_DAY
from booking.settings.queries import in_force


def schedule(jobs: Jobs) -> None:
    """Register the job."""
    jobs.every_hour("oversight.unusual_reveals", tell_of_unusual)


def tell_of_unusual(now: datetime) -> int:
    """Record one event of everybody with unusual numbers, unless there was one within a day.

    Returns how many readers it names. Usually there are none, and no transaction begins.
    """
    told = select(OutboxEvent.id).where(
        OutboxEvent.kind == UNUSUAL_REVEALS.name, OutboxEvent.recorded_at > now - DAY
    )
    if db.session().scalar(told.limit(1)) is not None:
        return 0
    found = unusual_readers(db.session(), now=now, limit=in_force(REVEALS_PER_DAY))
    if not found:
        return 0
    readers = tuple(
        UnusualReader(
            line.name, line.unit, line.found.in_a_day, line.found.in_an_hour, line.found.usual
        )
        for line in found
    )
    with unit_of_work() as session:
        outbox.record(session, UNUSUAL_REVEALS, UnusualReveals(now, readers), now=now)
    return len(readers)
