"""What a feed can hold. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class FeedKind(enum.StrEnum):
    """Whose lectures a feed shows."""

    INSTRUCTOR = "instructor"
    BRANCH = "branch"
    REGION = "region"
    """Those that touch a region of a coordinator."""
    FIELD = "field"
    """Those of a region whose topic belongs to one field."""
    MINE = "mine"
    """Those of all organisations and instructors for which the person stands."""


class FeedDocument(enum.StrEnum):
    """The documents at the addresses of one token."""

    EVENTS = "events"
    FREE_BUSY = "freebusy"
    """VFREEBUSY (RFC 5545, 3.6.4)."""
    AVAILABILITY = "availability"
    """VAVAILABILITY (RFC 7953)."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose lectures a feed shows: the kind, and the ids that go with it."""

    kind: FeedKind
    instructor_id: int | None = None
    organisation_id: int | None = None
    region_code: str | None = None
    field_id: int | None = None


MINE = Whose(FeedKind.MINE)


def of_instructor(instructor_id: int) -> Whose:
    """The lectures of one instructor."""
    return Whose(FeedKind.INSTRUCTOR, instructor_id=instructor_id)


def of_branch(organisation_id: int) -> Whose:
    """The lectures at one organisation."""
    return Whose(FeedKind.BRANCH, organisation_id=organisation_id)


def of_region(region_code: str, field_id: int | None = None) -> Whose:
    """The lectures that touch a region, all or those of one field."""
    kind = FeedKind.REGION if field_id is None else FeedKind.FIELD
    return Whose(kind, region_code=region_code, field_id=field_id)
