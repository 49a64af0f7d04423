"""The totals for everybody, read anew at most every ten minutes in each process."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from booking.availability.engine.zones import local_date
from booking.lectures.records.engine.policy import CORRECTED_WITHIN
from booking.year_reviews import queries
from booking.year_reviews.engine.figures import told_before
from booking.year_reviews.queries import PublicTotals

KEPT = timedelta(minutes=10)
_KEY = "public_totals"


def totals(session: Session, now: datetime, zone: ZoneInfo) -> PublicTotals:
    """The totals, not older than `KEPT`, and of no other months than today's."""
    before = told_before(local_date(now, zone), CORRECTED_WITHIN)
    kept: tuple[datetime, PublicTotals] | None = current_app.extensions.get(_KEY)
    if kept is None or not kept[0] <= now < kept[0] + KEPT or kept[1].before != before:
        kept = now, queries.public_totals(session, before, zone)
        current_app.extensions[_KEY] = kept
    return kept[1]


def forget() -> None:
    """Read them anew next time."""
    current_app.extensions.pop(_KEY, None)
