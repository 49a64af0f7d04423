"""Needs that came to nothing: why, and the period that is looked at. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.zones import day_bounds


class UnmetKind(enum.StrEnum):
    """Why a need was not met."""

    EXPIRED = "expired"
    """A request that nobody answered in time."""
    REFUSED = "refused"
    """A request that was declined, or an order that everybody who was asked refused."""
    NOBODY = "nobody"
    """An order for which nobody was found, or that the coordinator rejected."""
    CANCELLED = "cancelled"
    """The instructor cancelled, and there was no other lecture in its place."""


@dataclass(frozen=True, slots=True)
class DemandPeriod:
    """Days from `first` to `last`, both inclusive, in a time zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        """The first instant, UTC."""
        return day_bounds(self.first, self.zone)[0]

    @property
    def ends(self) -> datetime:
        """The first instant after the period, UTC."""
        return day_bounds(self.last, self.zone)[1]


def year_until(today: date, zone: ZoneInfo) -> DemandPeriod:
    """The last 365 days, with today."""
    return DemandPeriod(today - timedelta(days=364), today, zone)


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """One need that came to nothing: a request, or an order with all its requests."""

    kind: UnmetKind
    field_id: int | None
    """Of the field that took over the need's field, if it was merged."""
    region_code: str
    """Of the branch, as of today."""
    number: str
    is_order: bool
    subject: str
    organisation: str
    at: datetime
    """When it came to nothing."""


@dataclass(frozen=True, slots=True)
class UnmetGroup:
    """The needs of one field, region and kind, the newest first."""

    field_id: int | None
    region_code: str
    kind: UnmetKind
    needs: tuple[UnmetNeed, ...]

    @property
    def count(self) -> int:
        """How many needs."""
        return len(self.needs)


def grouped(needs: Iterable[UnmetNeed]) -> list[UnmetGroup]:
    """Needs by field, region and kind, in the order of regions, fields and kinds."""
    groups: dict[tuple[str, int, UnmetKind], list[UnmetNeed]] = {}
    for need in sorted(needs, key=lambda one: (one.at, one.number), reverse=True):
        key = need.region_code, need.field_id or 0, need.kind
        groups.setdefault(key, []).append(need)
    return [
        UnmetGroup(field_id or None, region, kind, tuple(groups[region, field_id, kind]))
        for region, field_id, kind in sorted(groups)
    ]
