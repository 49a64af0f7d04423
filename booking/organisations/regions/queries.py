"""Read the tree of regions, with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.engine.roles import within
from booking.accounts.models import Membership, Organisation, Region
from booking.accounts.queries import lies_under
from booking.accounts.successors.queries import LIVE
from booking.errors import NotFound
from booking.instructors.models import Instructor


@dataclass(frozen=True, slots=True)
class Line:
    """One region of the tree, with what belongs to it directly."""

    region: Region
    depth: int
    organisations: int
    instructors: int
    coordinators: int
    aliases: tuple[Region, ...]


def tree(session: Session, scopes: Sequence[str] | None) -> list[Line]:
    """The regions under `scopes` (None: all) in the order of the tree. Four queries."""
    query = select(Region).order_by(Region.code)
    regions = [
        region
        for region in session.scalars(query)
        if scopes is None or any(_within(region, scope) for scope in scopes)
    ]
    organisations = _counts(session, Organisation.region_code, LIVE)
    instructors = _counts(session, Instructor.region_code)
    coordinators = _counts(session, Membership.region_code)
    aliases: dict[str, list[Region]] = {}
    for region in regions:
        if region.merged_into_code is not None:
            aliases.setdefault(region.merged_into_code, []).append(region)
    return [
        Line(
            region,
            depth_of(region.code),
            organisations.get(region.code, 0),
            instructors.get(region.code, 0),
            coordinators.get(region.code, 0),
            tuple(aliases.get(region.code, ())),
        )
        for region in regions
        if region.merged_into_code is None
    ]


def _within(region: Region, scope: str) -> bool:
    return within(region.merged_into_code or region.code, scope)


def depth_of(code: str) -> int:
    """0 for a province, 1 for a city, 2 for a county (GB/T 2260)."""
    return max(0, (len(code.rstrip("0")) - 1) // 2)


def _counts(
    session: Session, column: InstrumentedAttribute[Any], *where: ColumnElement[bool]
) -> dict[str | None, int]:
    query = select(column, func.count()).where(*where).group_by(column)
    return dict(session.execute(query).all())


def region_of(session: Session, code: str) -> Region:
    """The region of a code, which may be an alias; raises `NotFound`."""
    region = session.get(Region, code) if code.isdecimal() and len(code) <= 12 else None
    if region is None:
        raise NotFound()
    return region


def has_below(session: Session, code: str) -> bool:
    """Whether a region that was not merged lies under this one."""
    below = lies_under(Region.code, code) & (Region.code != code)
    query = select(Region.code).where(below, Region.merged_into_code.is_(None)).limit(1)
    return session.scalar(query) is not None


def aliases_of(session: Session, code: str) -> Sequence[Region]:
    """The regions that were merged into this one."""
    query = select(Region).where(Region.merged_into_code == code).order_by(Region.code)
    return session.scalars(query).all()


def same_level(session: Session, region: Region) -> list[Region]:
    """The regions that may take this one in: the others of its level."""
    query = select(Region).where(Region.merged_into_code.is_(None), Region.code != region.code)
    depth = depth_of(region.code)
    found = session.scalars(query.order_by(Region.code))
    return [one for one in found if depth_of(one.code) == depth]


def names_in_both(session: Session, gone: str, stays: str) -> list[tuple[int, str]]:
    """Id and name of the organisations of `gone` whose name `stays` has as well."""
    other = select(Organisation.name).where(Organisation.region_code == stays, LIVE)
    query = select(Organisation.id, Organisation.name).where(
        Organisation.region_code == gone, Organisation.name.in_(other), LIVE
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Organisation.name))]
