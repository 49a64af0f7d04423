"""Whether the requests of a branch are reviewed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import lineage
from booking.accounts.models import Membership, Organisation, Region, User


def required(session: Session, organisation: Organisation) -> bool:
    """Whether the organisation, its region or one above it asks for review."""
    if organisation.reviews:
        return True
    codes = lineage(organisation.region_code)
    query = select(Region.code).where(Region.code.in_(codes), Region.reviews).limit(1)
    return session.scalars(query).first() is not None


def reviewing_region(session: Session, region_code: str) -> Region | None:
    """The region whose coordinators review requests: the nearest that has any. One query."""
    of_coordinator = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.region_code == Region.code, User.active)
        .correlate(Region)
    )
    query = select(Region).where(Region.code.in_(lineage(region_code)), of_coordinator.exists())
    found = {region.code: region for region in session.scalars(query)}
    return next((found[code] for code in lineage(region_code) if code in found), None)
