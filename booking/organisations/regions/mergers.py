"""Merge a region into another of its level, as an administrative reform does.

What names the region moves; lectures keep the region in which they were promised. The row stays as
an alias, by which old links and lists find the other. The caller owns the transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from booking import audit
from booking.accounts.engine.roles import lineage
from booking.accounts.models import Organisation, Region
from booking.accounts.successors.queries import LIVE
from booking.db import references
from booking.errors import Invalid, NotFound
from booking.instructors import search_index
from booking.instructors.models import ServedRegion
from booking.organisations.regions.queries import depth_of, has_below, names_in_both
from booking.organisations.regions.service import RegionMerged, record
from booking.sentences import N_, Sentence

TARGET = Region.__tablename__


def obstacle(session: Session, gone: Region, stays: Region) -> Sentence | None:
    """Why a region cannot be merged into another now, and what to do; None if it can."""
    if gone.code == stays.code:
        return N_("A region cannot be merged into itself. Choose another.")
    if depth_of(gone.code) != depth_of(stays.code):
        return N_(
            "Only regions of one level are merged: counties with counties, cities with cities. "
            "Travel times and the scope of coordinators follow from the level."
        )
    if has_below(session, gone.code):
        return N_(
            "Regions lie below %(name)s. Merge these first: their codes begin like its own.",
            name=gone.name,
        )
    if names_in_both(session, gone.code, stays.code):
        return N_("Both regions have branches of the same name. Merge or rename these first.")
    return None


def merge(session: Session, *, gone_code: str, stays_code: str, now: datetime) -> Region:
    """Merge a region into another, which is returned; raises `Invalid`, `RegionMerged`."""
    references.lock(session, TARGET, gone_code)
    gone, stays = _both(session, gone_code, stays_code)
    wrong = obstacle(session, gone, stays)
    if wrong is not None:
        raise Invalid(wrong, field="into")
    if gone.reviews and not _reviewed(session, stays):
        _review_each(session, gone)
    moved = _moved(session, gone_code, stays_code, now)
    gone.merged_into_code, gone.reviews = stays_code, False
    session.flush()
    detail = {
        "into": f"{stays.name} ({stays_code})",
        "moved": [f"{label} {count}" for label, count in moved.items()],
    }
    record(session, gone, audit.Action.REGION_MERGED, detail)
    return stays


def _both(session: Session, gone_code: str, stays_code: str) -> tuple[Region, Region]:
    """The regions, locked in the order of their codes: no row can name them meanwhile."""
    found = {}
    for code in sorted({gone_code, stays_code}):
        query = select(Region).where(Region.code == code).with_for_update()
        region = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        if region is None:
            raise NotFound()
        if region.merged_into_code is not None:
            raise RegionMerged()
        found[code] = region
    return found[gone_code], found[stays_code]


def _reviewed(session: Session, region: Region) -> bool:
    above = select(Region.code).where(Region.code.in_(lineage(region.code)), Region.reviews)
    return session.scalar(above.limit(1)) is not None


def _review_each(session: Session, region: Region) -> None:
    """Let the switch of the region go on for its organisations, and for no others."""
    own = Organisation.region_code == region.code
    session.execute(update(Organisation).where(own).values(reviews=True))


def _moved(session: Session, gone: str, stays: str, now: datetime) -> dict[str, int]:
    _free_names(session, gone, stays)
    serving = select(ServedRegion.instructor_id).where(ServedRegion.region_code == gone)
    concerned = session.scalars(serving).all()
    moved = references.move(session, TARGET, gone, stays)
    search_index.renew_later(session, concerned, now=now)
    return moved


def _free_names(session: Session, gone: str, stays: str) -> None:
    """Give aliases of organisations another name where both regions have one: names are unique."""
    other = aliased(Organisation)
    codes = (gone, stays)
    same = select(other.id).where(
        other.name == Organisation.name,
        other.id != Organisation.id,
        other.region_code.in_(codes),
    )
    query = select(Organisation).where(Organisation.region_code.in_(codes), ~LIVE, same.exists())
    for alias in session.scalars(query):
        alias.name = f"{alias.name[:100]} #{alias.id}"
    session.flush()


def settle(session: Session, *, now: datetime) -> int:
    """Move what came to merged regions since; returns the number of rows."""
    query = select(Region.code, Region.merged_into_code)
    merged = session.execute(query.where(Region.merged_into_code.is_not(None))).all()
    return sum(sum(_moved(session, gone, stays, now).values()) for gone, stays in merged if stays)


def told(session: Session, gone: Region) -> list[tuple[Sentence, int]]:
    """What a preview tells of what moves."""
    return references.count(session, TARGET, gone.code)
