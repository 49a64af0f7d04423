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
    return region_asks(session, organisation.region_code)


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


def reviewed_regions(session: Session) -> frozenset[str]:
    """The codes of the regions that ask for review themselves. One query."""
    return frozenset(session.scalars(select(Region.code).where(Region.reviews)))


def region_asks(session: Session, region_code: str) -> bool:
    """Whether a region or one above it asks for review."""
    return not reviewed_regions(session).isdisjoint(lineage(region_code))
