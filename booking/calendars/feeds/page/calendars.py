"""Which calendars a person may open, and what the page tells of addresses in use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation, Region
from booking.accounts.queries import all_regions
from booking.calendars.feeds import words
from booking.calendars.feeds.engine.kinds import (
    MINE,
    FeedKind,
    Whose,
    of_branch,
    of_instructor,
    of_region,
)
from booking.calendars.feeds.models import Feed
from booking.errors import NotFound
from booking.instructors.models import Field, Instructor

Choice = tuple[str, str]
"""The value of a choice, such as `branch-7`, and its words."""

_VALUE = re.compile(r"mine|(instructor|branch)-(\d{1,9})|region-(\d{2,12})")


@dataclass(frozen=True, slots=True)
class Listed:
    """An address in use as the page shows it."""

    id: int
    name: str
    calendar: str
    busy_only: bool
    tentative: bool
    created_at: datetime
    last_used_on: date | None


def calendar_choices(session: Session, who: Actor) -> list[Choice]:
    """The calendars that somebody may open, of the narrowest kind first. Three queries."""
    choices = []
    if who.instructor_ids or who.organisation_ids:
        choices.append(("mine", words.calendar_name(FeedKind.MINE, "")))
    choices += [
        (f"instructor-{row.id}", words.calendar_name(FeedKind.INSTRUCTOR, i18n.person(row.name)))
        for row in session.execute(
            select(Instructor.id, Instructor.name)
            .where(Instructor.id.in_(who.instructor_ids))
            .order_by(Instructor.id)
        )
    ]
    choices += [
        (f"branch-{unit.id}", words.calendar_name(FeedKind.BRANCH, unit.name)) for unit in who.units
    ]
    return choices + _regions(session, who)


def _regions(session: Session, who: Actor) -> list[Choice]:
    """The coordinated regions and those one level below them."""
    own = [region for region in all_regions(session) if who.coordinates(region.code)]
    deepest = min((region.depth for region in own), default=0) + 1
    return [
        (
            f"region-{region.code}",
            words.calendar_name(FeedKind.REGION, words.one_of_two(region.name, region.name_en)),
        )
        for region in own
        if region.depth <= deepest
    ]


def field_choices(session: Session) -> list[Choice]:
    """All top-level fields, for feeds of a region."""
    query = select(Field.id, Field.name, Field.name_en).order_by(Field.id)
    rows = session.execute(query.where(Field.parent_id.is_(None), Field.merged_into_id.is_(None)))
    return [(str(row.id), words.one_of_two(row.name, row.name_en)) for row in rows]


def chosen(value: str, field: str) -> Whose:
    """The calendar of a choice; raises `NotFound` for a value that is none."""
    found = _VALUE.fullmatch(value)
    if found is None:
        raise NotFound()
    kind, number, region = found.groups()
    if region is not None:
        return of_region(region, int(field) if re.fullmatch(r"\d{1,9}", field) else None)
    if kind is None:
        return MINE
    return of_instructor(int(number)) if kind == "instructor" else of_branch(int(number))


def permission(whose: Whose) -> tuple[str, Subject]:
    """What somebody must be allowed to open a feed of these lectures."""
    if whose.region_code is not None:
        return "feed.region", Subject(region_codes=frozenset({whose.region_code}))
    if whose.kind is FeedKind.MINE:
        return "feed.owner", Subject()
    # An id that nobody has: an owner of the other kind must not open it.
    return "feed.owner", Subject(
        organisation_id=whose.organisation_id or -1, instructor_id=whose.instructor_id or -1
    )


def listed(session: Session, user_id: int) -> list[Listed]:
    """The addresses of a user in use, the newest last. One query."""
    query = (
        select(
            Feed,
            Instructor.name.label("instructor"),
            Organisation.name.label("organisation"),
            Region.name.label("region"),
            Region.name_en.label("region_en"),
            Field.name.label("field"),
            Field.name_en.label("field_en"),
        )
        .outerjoin(Instructor, Instructor.id == Feed.instructor_id)
        .outerjoin(Organisation, Organisation.id == Feed.organisation_id)
        .outerjoin(Region, Region.code == Feed.region_code)
        .outerjoin(Field, Field.id == Feed.field_id)
        .where(Feed.user_id == user_id, Feed.revoked_at.is_(None))
        .order_by(Feed.id)
    )
    return [_listed(row) for row in session.execute(query).all()]


def _listed(row: Row[*tuple[Any, ...]]) -> Listed:
    feed: Feed = row.Feed
    return Listed(
        feed.id,
        feed.name,
        words.name_of_row(feed.kind, row),
        feed.busy_only,
        feed.tentative,
        feed.created_at,
        feed.last_used_at and i18n.local(feed.last_used_at).date(),
    )


def shows_lectures(addresses: Sequence[Listed]) -> bool:
    """Whether a calendar with one of these addresses shows what a mail would."""
    return any(not one.busy_only for one in addresses)
