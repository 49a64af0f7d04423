"""Queries on regions."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.engine.roles import scope_prefix
from booking.accounts.models import Region


class RegionRow(NamedTuple):
    """A region for select lists; `depth` is 0 for a province, 1 for a city, 2 for a county."""

    code: str
    name: str
    name_en: str | None
    depth: int


_REGIONS = (
    select(Region.code, Region.name, Region.name_en)
    .where(Region.merged_into_code.is_(None))
    .order_by(Region.code)
)


def all_regions(session: Session) -> list[RegionRow]:
    """All regions that were not merged, in the order of their codes (GB/T 2260).

    That is pre-order of the tree.
    """
    return [
        RegionRow(code, name, name_en, max(0, (len(code.rstrip("0")) - 1) // 2))
        for code, name, name_en in session.connection().execute(_REGIONS).all()
    ]


LONGEST_CODE = 12
"""Digits of a region's code (GB/T 2260, GB/T 10114)."""


def lies_under(
    code: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], scope: str
) -> ColumnElement[bool]:
    """SQL condition "the column's region is `scope` or lies under it", as `roles.within`."""
    # A range of codes, for which an index is used; LIKE would scan the table.
    prefix = scope_prefix(scope)
    return code.between(prefix, prefix.ljust(LONGEST_CODE, "9"))
