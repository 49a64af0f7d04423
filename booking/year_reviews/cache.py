"""The totals for everybody, read anew at most every ten minutes in each process."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from booking.year_reviews import queries
from booking.year_reviews.queries import PublicTotals

KEPT = timedelta(minutes=10)
_KEY = "public_totals"


def totals(session: Session, now: datetime) -> PublicTotals:
    """The totals, not older than `KEPT`."""
    kept: tuple[datetime, PublicTotals] | None = current_app.extensions.get(_KEY)
    if kept is None or not kept[0] <= now < kept[0] + KEPT:
        kept = now, queries.public_totals(session)
        current_app.extensions[_KEY] = kept
    return kept[1]


def forget() -> None:
    """Read them anew next time."""
    current_app.extensions.pop(_KEY, None)
