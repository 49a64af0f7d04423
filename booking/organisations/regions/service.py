"""Change regions: add, rename. The caller owns the transaction and has checked the permission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts import service as accounts
from booking.accounts.engine.csv_lists import (
    LONGEST_REGION,
    RegionLine,
    parent_of,
    region_errors,
    too_long,
)
from booking.accounts.models import Region
from booking.errors import Conflict, Invalid, NotFound
from booking.sentences import N_
from booking.text import plain


class RegionMerged(Conflict):
    """The region was merged in the meantime."""

    sentence = N_("This region was merged into another in the meantime. Look at the list again.")


def add(session: Session, *, code: str, name: str, name_en: str) -> Region:
    """Add a region under the one that its code says; raises `Invalid`."""
    known = set(session.scalars(select(Region.code)))
    values = {"code": code.strip(), "name": _clean(name), "name_en": _clean(name_en)}
    if values["code"] in known:
        raise Invalid(N_("A region has this code already."), field="code")
    for problem in region_errors(1, values, known):
        raise Invalid(problem.sentence, field=problem.column)
    region = accounts.add_region(
        session,
        code=values["code"],
        name=values["name"],
        name_en=values["name_en"] or None,
        parent_code=parent_of(values["code"], known),
    )
    session.flush()
    record(session, region, audit.Action.REGION_CHANGED, {"change": "added", "name": region.name})
    return region


def rename(session: Session, *, code: str, name: str, name_en: str) -> Region:
    """Give a region its names in both languages; raises `Invalid`."""
    region = locked(session, code)
    name, name_en = _clean(name), _clean(name_en)
    if not name:
        raise Invalid(N_("Give the region a name."), field="name")
    for field, text in (("name", name), ("name_en", name_en)):
        if len(text) > LONGEST_REGION:
            raise Invalid(too_long(LONGEST_REGION), field=field)
    before = [region.name, region.name_en or ""]
    if before != [name, name_en]:
        region.name, region.name_en = name, name_en or None
        session.flush()
        names = [before[0], name] if before[0] != name else [before[1], name_en]
        record(session, region, audit.Action.REGION_CHANGED, {"change": "renamed", "name": names})
    return region


def locked(session: Session, code: str) -> Region:
    """Lock a region to change it; raises `NotFound`, or `RegionMerged` for an alias."""
    query = select(Region).where(Region.code == code).with_for_update()
    region = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if region is None:
        raise NotFound()
    if region.merged_into_code is not None:
        raise RegionMerged()
    return region


def load(session: Session, lines: Iterable[RegionLine]) -> int:
    """Add or rename the regions of a checked list; returns their number."""
    count = 0
    for line in lines:
        accounts.add_region(
            session,
            code=line.code,
            name=line.name,
            name_en=line.name_en,
            parent_code=line.parent,
        )
        # The next region may reference this one as its parent.
        session.flush()
        count += 1
    audit.record(session, audit.Action.REGIONS_LOADED, detail={"rows": count})
    return count


def record(
    session: Session, region: Region, action: audit.Action, detail: Mapping[str, object]
) -> None:
    """Write the audit entry of a region."""
    audit.record(session, action, region_code=region.code, detail=detail)


def _clean(text: str) -> str:
    return plain(text).strip()
