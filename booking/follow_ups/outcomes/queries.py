"""Reads of the list of outcomes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.follow_ups.outcomes.models import Outcome


def every(session: Session) -> Sequence[Outcome]:
    """All outcomes in their order, also those that can no longer be chosen."""
    return session.scalars(select(Outcome).order_by(Outcome.position, Outcome.id)).all()


def choosable(session: Session) -> list[Outcome]:
    """The outcomes that can be chosen now, in their order."""
    return [one for one in every(session) if one.retired_at is None]
