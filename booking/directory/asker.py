"""For whom somebody asks: the branch of this request's person, and where it is."""

from __future__ import annotations

from sqlalchemy.orm import Session

from booking.accounts.guards import actor
from booking.accounts.models import Organisation


def own_organisation() -> int | None:
    """The branch for which this person books, if there is just one: its quota then counts."""
    owners = actor().organisation_ids
    return next(iter(owners)) if len(owners) == 1 else None


def own_region(session: Session) -> str | None:
    """The region of the branch for which this person books."""
    owners = sorted(actor().organisation_ids)
    organisation = session.get(Organisation, owners[0]) if owners else None
    return organisation.region_code if organisation else None
