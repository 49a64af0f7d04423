"""Supply: instructors who serve the regions, and topics, with the lists of them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, true
from sqlalchemy.orm import Session, contains_eager

from booking.accounts.engine.roles import within
from booking.instructors.models import Instructor, ServedRegion, Topic
from booking.lectures.models import Lecture
from booking.statistics.engine.areas import NO_FIELD
from booking.statistics.engine.filters import Behind
from booking.statistics.reads.selection import (
    Selection,
    begins_in,
    in_field,
    in_region,
    instructor_in_scope,
    own_field,
)

PAGE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Supplier:
    """A listed instructor with an offered topic in a field, who serves a region."""

    instructor_id: int
    region: str
    field: int


def suppliers(session: Session, selection: Selection) -> list[Supplier]:
    """Who could be asked in the scope, now. One query of as many rows as there are such people."""
    query = (
        select(Instructor.id, ServedRegion.region_code, Topic.field_id)
        .join(ServedRegion, ServedRegion.instructor_id == Instructor.id)
        .join(Topic, Topic.instructor_id == Instructor.id)
        .where(Instructor.listed, Topic.active, in_field(selection.filters.field))
        .distinct()
    )
    found = [
        Supplier(one, region, field or NO_FIELD) for one, region, field in session.execute(query)
    ]
    scopes = selection.scopes
    if scopes is None:
        return found
    return [one for one in found if any(serves(one.region, code) for code in scopes)]


def serves(served: str, code: str) -> bool:
    """Whether somebody who serves a region teaches somewhere in another one."""
    return within(served, code) or within(code, served)


@dataclass(frozen=True, slots=True)
class Topics:
    """Offered topics, those of them asked for in the period, and those ever asked for."""

    offered: int = 0
    in_period: int = 0
    ever: int = 0

    def __add__(self, other: Topics) -> Topics:
        return Topics(
            self.offered + other.offered,
            self.in_period + other.in_period,
            self.ever + other.ever,
        )


def topics(session: Session, selection: Selection) -> dict[int, Topics]:
    """The offered topics of instructors of the scope, by field. One query."""
    now, ever = _asked_for(selection)
    query = (
        select(
            Topic.field_id,
            func.count(),
            func.sum(case((now, 1), else_=0)),
            func.sum(case((ever, 1), else_=0)),
        )
        .join(Instructor, Instructor.id == Topic.instructor_id)
        .where(_offered(selection))
        .group_by(Topic.field_id)
    )
    rows = session.execute(query)
    return {field or NO_FIELD: Topics(*numbers) for field, *numbers in rows}


def _offered(selection: Selection) -> ColumnElement[bool]:
    """SQL condition: the topic is offered by somebody of the scope, in the region and field."""
    filters = selection.filters
    return and_(
        instructor_in_scope(selection.who),
        Instructor.listed,
        Topic.active,
        in_region(Instructor.region_code, filters.region),
        in_field(filters.field),
    )


def _asked_for(selection: Selection) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """SQL conditions: the topic was asked for in the period; it was asked for at all."""
    of_topic = select(Lecture.id).where(Lecture.topic_id == Topic.id).correlate(Topic)
    now = of_topic.where(begins_in(selection.filters.period, selection.zone))
    return now.exists(), of_topic.exists()


class AskedFor(enum.StrEnum):
    """Which of the offered topics a list has."""

    ANY = "any"
    PERIOD = "period"
    """Asked for in the period."""
    EVER = "ever"


def topic_list(
    session: Session, selection: Selection, behind: Behind, which: AskedFor, *, page: int
) -> tuple[Sequence[Topic], int]:
    """A page of offered topics by the names of their instructors, and the number of all."""
    now, ever = _asked_for(selection)
    chosen = {AskedFor.ANY: true(), AskedFor.PERIOD: now, AskedFor.EVER: ever}[which]
    own: Any = _is_own(selection, behind)
    query = (
        select(Topic, func.count().over())
        .join(Topic.instructor)
        .where(_offered(selection), chosen, own)
        .options(contains_eager(Topic.instructor))
        .order_by(Instructor.sort_key, Instructor.id, Topic.id)
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
    )
    rows = session.execute(query).unique().all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _is_own(selection: Selection, behind: Behind) -> ColumnElement[bool]:
    code = selection.filters.field
    return Topic.field_id == own_field(code) if behind.own_field and code else true()


def supplier_list(
    session: Session, selection: Selection, behind: Behind, *, page: int
) -> tuple[Sequence[Instructor], int]:
    """A page of the instructors of `suppliers` by name, and the number of all.

    Three queries at most.
    """
    found, code = suppliers(session, selection), selection.filters.field
    if behind.own_field and code:
        own = session.scalar(select(own_field(code)))
        found = [one for one in found if one.field == own]
    ids = {one.instructor_id for one in found}
    query = (
        select(Instructor)
        .where(Instructor.id.in_(ids))
        .order_by(Instructor.sort_key, Instructor.id)
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
    )
    return session.scalars(query).unique().all(), len(ids)
