"""Whom to ask to teach in a region as well: instructors of the field who teach near it.

Near is what lies under the same parent region; where fewer than `ENOUGH` are found there, under the
parent of that one. Nobody is preferred: the order is that of names, and each is told with the fact
for which they are suggested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, or_, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import lineage
from booking.accounts.models import Membership, Region
from booking.accounts.queries import lies_under
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion, Topic
from booking.recruiting.models import RecruitingCase

ENOUGH = 3
"""From this number near the region on nobody further away is suggested."""

MOST = 10
"""Instructors that are suggested at most."""

MOST_PLACES = 3
"""Regions that are told of one of them at most."""


Fields = Select[int]
"""The ids of a field and those under it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region as pages name it."""

    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An instructor who teaches the field near the region, and why they are suggested."""

    id: int
    name: str
    name_pinyin: str | None
    workplace: str
    has_account: bool
    """Without an account nobody can be asked by a message."""
    topic: str | None
    """The title of a topic of the field; None: the entry names the field only."""
    places: tuple[Place, ...]
    """Where they teach now, at most `MOST_PLACES`; without any, the region of the entry."""


def suggestions(session: Session, case: RecruitingCase) -> list[Suggestion]:
    """Listed instructors of the field near the region who do not teach in it yet. Three queries."""
    near, wide = _surroundings(case.region_code)
    fields = select(Field.id).where(
        or_(Field.id == case.field_id, Field.parent_id == case.field_id)
    )
    found = _people(session, case, fields, near, wide)
    ids = [row.id for row in found]
    topics = _topics(session, ids, fields)
    served = _served(session, ids)
    return [
        Suggestion(
            *(row.id, row.name, row.name_pinyin, row.workplace, row.has_account),
            topics.get(row.id),
            served.get(row.id) or (Place(row.region, row.region_en),),
        )
        for row in found
    ]


def _surroundings(region_code: str) -> tuple[str, str]:
    """The region above, and the one above that; where there is none, the highest."""
    above = lineage(region_code)[1:] or (region_code,)
    return above[0], above[min(1, len(above) - 1)]


def _people(
    session: Session, case: RecruitingCase, fields: Fields, near: str, wide: str
) -> list[Row[Any]]:
    """Those near, or those further away as well, by name. One query."""
    account = exists().where(Membership.instructor_id == Instructor.id)
    is_near = _is_at(near)
    query = (
        select(
            Instructor.id,
            Instructor.name,
            Instructor.name_pinyin,
            Instructor.workplace,
            Instructor.sort_key,
            Region.name.label("region"),
            Region.name_en.label("region_en"),
            account.label("has_account"),
            is_near.label("near"),
        )
        .join(Region, Region.code == Instructor.region_code)
        .where(
            Instructor.listed,
            _is_at(wide),
            _works_in(fields),
            ~teaches_in(case.region_code),
        )
        .order_by(is_near.desc(), Instructor.sort_key, Instructor.id)
        .limit(MOST)
    )
    rows: list[Row[Any]] = list(session.execute(query))
    close = [row for row in rows if row.near]
    return close if len(close) >= ENOUGH else sorted(rows, key=lambda row: (row.sort_key, row.id))


def _is_at(region_code: str) -> ColumnElement[bool]:
    """SQL condition: the entry is of a region under this one, or the instructor teaches in one."""
    teaches = exists().where(
        ServedRegion.instructor_id == Instructor.id,
        lies_under(ServedRegion.region_code, region_code),
    )
    return or_(lies_under(Instructor.region_code, region_code), teaches)


def _works_in(fields: Fields) -> ColumnElement[bool]:
    """SQL condition: the instructor works or lectures in the field, or in a field under it."""
    entry = exists().where(
        InstructorField.instructor_id == Instructor.id, InstructorField.field_id.in_(fields)
    )
    topic = exists().where(
        Topic.instructor_id == Instructor.id, Topic.active, Topic.field_id.in_(fields)
    )
    return or_(entry, topic)


def teaches_in(region_code: str) -> ColumnElement[bool]:
    """SQL condition: the instructor serves the region or one above it."""
    return exists().where(
        ServedRegion.instructor_id == Instructor.id,
        ServedRegion.region_code.in_(lineage(region_code)),
    )


def _topics(session: Session, ids: Collection[int], fields: Fields) -> Mapping[int, str]:
    """The first topic of the field by title, of each who has one."""
    query = select(Topic.instructor_id, Topic.title).where(
        Topic.instructor_id.in_(sorted(ids)), Topic.active, Topic.field_id.in_(fields)
    )
    found: dict[int, str] = {}
    for instructor_id, title in session.execute(query.order_by(Topic.title, Topic.id)):
        found.setdefault(instructor_id, title)
    return found


def _served(session: Session, ids: Collection[int]) -> Mapping[int, tuple[Place, ...]]:
    """The regions in which each teaches, by code."""
    query = (
        select(ServedRegion.instructor_id, Region.name, Region.name_en)
        .join(Region, Region.code == ServedRegion.region_code)
        .where(ServedRegion.instructor_id.in_(sorted(ids)))
        .order_by(Region.code)
    )
    found: dict[int, list[Place]] = defaultdict(list)
    for instructor_id, name, name_en in session.execute(query):
        found[instructor_id].append(Place(name, name_en))
    return {one: tuple(places[:MOST_PLACES]) for one, places in found.items()}
