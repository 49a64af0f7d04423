"""Coverage: which units and regions had a lecture in the period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from booking.accounts.models import Organisation
from booking.instructors.models import Topic
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.lectures.overview import organisation_in_scope
from booking.orders.models import Order
from booking.statistics.engine.filters import Behind
from booking.statistics.reads.selection import (
    Selection,
    begins_in,
    in_field,
    in_region,
    own_area,
)

PAGE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Reach:
    """Units that can book, and those of them for which a lecture was held."""

    units: int = 0
    reached: int = 0

    def __add__(self, other: Reach) -> Reach:
        return Reach(self.units + other.units, self.reached + other.reached)

    @property
    def missed(self) -> int:
        """Units without a lecture."""
        return self.units - self.reached


def by_region(session: Session, selection: Selection) -> dict[str, Reach]:
    """The reach of each region that has units. One query."""
    reached = _reached(selection)
    query = (
        select(Organisation.region_code, func.count(), func.count().filter(reached))
        .where(_counted(selection))
        .group_by(Organisation.region_code)
    )
    return {code: Reach(units, met) for code, units, met in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Units:
    """A page of units, and the number of all."""

    units: Sequence[Organisation]
    total: int


def units(
    session: Session, selection: Selection, behind: Behind, *, reached: bool | None, page: int
) -> Units:
    """The units with or without a lecture, or all (None), by region and name. One query."""
    met = _reached(selection)
    chosen = {True: met, False: ~met, None: true()}[reached]
    query = (
        select(Organisation, func.count().over())
        .where(
            _counted(selection),
            *own_area(selection.filters, Behind(own_region=behind.own_region), Topic.field_id),
            chosen,
        )
        .order_by(Organisation.region_code, Organisation.name, Organisation.id)
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
    )
    rows = session.execute(query).all()
    return Units([row[0] for row in rows], rows[0][1] if rows else 0)


def _counted(selection: Selection) -> ColumnElement[bool]:
    """SQL condition: the unit can book, and is in the scope and the region."""
    return and_(
        organisation_in_scope(selection.who),
        in_region(Organisation.region_code, selection.filters.region),
        Organisation.closed_at.is_(None),
        Organisation.merged_into_id.is_(None),
    )


def _reached(selection: Selection) -> ColumnElement[bool]:
    """SQL condition: a lecture was held for the unit, or it took part in that of another one."""
    guest, host = aliased(Order), aliased(Order)
    filters = selection.filters
    held = and_(
        Lecture.state == State.DELIVERED,
        begins_in(filters.period, selection.zone),
        in_field(filters.field) if filters.field else true(),
    )
    own = select(Lecture.id).outerjoin(Topic, Topic.id == Lecture.topic_id).where(held)
    with_others = (
        select(Lecture.id)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .join(host, host.lecture_id == Lecture.id)
        .join(guest, guest.merged_into_id == host.id)
        .where(held, guest.organisation_id == Organisation.id)
    )
    return or_(
        own.where(Lecture.organisation_id == Organisation.id).correlate(Organisation).exists(),
        with_others.correlate(Organisation).exists(),
    )
