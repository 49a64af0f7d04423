"""Switches the review of requests, by organisation or region. The caller owns the transaction."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.models import Organisation, Region
from booking.errors import NotFound


def review_organisation(session: Session, organisation_id: int, *, reviews: bool) -> Organisation:
    """Set whether the requests of an organisation are reviewed; raises `NotFound`."""
    query = select(Organisation).where(Organisation.id == organisation_id)
    query = query.with_for_update(of=Organisation).execution_options(populate_existing=True)
    organisation = session.scalars(query).one_or_none()
    if organisation is None:
        raise NotFound()
    if organisation.reviews is not reviews:
        organisation.reviews = reviews
        audit.record(
            session,
            audit.Action.REVIEW_CHANGED,
            about=audit.About(audit.SubjectKind.ORGANISATION, organisation.id, organisation.name),
            region_code=organisation.region_code,
            detail={"reviews": [not reviews, reviews]},
        )
    return organisation


def review_region(session: Session, code: str, *, reviews: bool) -> Region:
    """Set whether the requests of all organisations in and under a region are reviewed."""
    query = select(Region).where(Region.code == code).with_for_update()
    region = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if region is None:
        raise NotFound()
    if region.reviews is not reviews:
        region.reviews = reviews
        audit.record(
            session,
            audit.Action.REVIEW_CHANGED,
            region_code=code,
            detail={"reviews": [not reviews, reviews]},
        )
    return region
