"""Whether the requests of a branch are reviewed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import lineage
from booking.accounts.models import Organisation, Region


def required(session: Session, organisation: Organisation) -> bool:
    """Whether the organisation, its region or one above it asks for review."""
    if organisation.reviews:
        return True
    codes = lineage(organisation.region_code)
    query = select(Region.code).where(Region.code.in_(codes), Region.reviews).limit(1)
    return session.scalars(query).first() is not None
