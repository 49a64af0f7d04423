"""Supply against demand: instructors, topics, and needs that were not met."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from booking.accounts.engine.roles import within
from booking.accounts.models import Organisation
from booking.availability.engine.zones import day_bounds
from booking.instructors.models import Instructor, ServedRegion, Topic
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.lectures.overview import organisation_in_scope
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.needs import UnmetReason
from booking.orders.models import Order, OrderOffer
from booking.statistics.engine.areas import NO_FIELD
from booking.statistics.engine.filters import WITHOUT_FIELD, Behind
from booking.statistics.reads.selection import (
    Selection,
    begins_in,
    counted,
    fields_under,
    in_field,
    in_region,
    instructor_in_scope,
    own_area,
)

PAGE_LENGTH = 100


class Unmet(enum.StrEnum):
    """Why a need came to nothing."""

    DECLINED = "declined"
    """A request that the instructor declined."""
    EXPIRED = "expired"
    """A request that nobody answered in time."""
    REFUSED = "refused"
    """An order: everybody who was asked declined or did not answer."""
    NOBODY = "nobody"
    """An order: nobody was found."""
    REJECTED = "rejected"
    """A request or an order that a coordinator rejected."""


OF_LECTURES = {
    State.DECLINED: Unmet.DECLINED,
    State.EXPIRED: Unmet.EXPIRED,
    State.REJECTED: Unmet.REJECTED,
}
Area = tuple[str, int]
"""The code of a region and the id of a field (`NO_FIELD`)."""


def unmet(session: Session, selection: Selection) -> dict[tuple[Area, Unmet], int]:
    """How many needs were not met, by area and reason. Two queries.

    A direct request counts by the day of the lecture, an order by the last day that it could take
    place; the requests of an order count as that order.
    """
    found: Counter[tuple[Area, Unmet]] = Counter()
    keys = Organisation.region_code, Topic.field_id, Lecture.state
    requests = _unmet_lectures(selection, select(*keys, func.count())).group_by(*keys)
    for region, field, state, count in session.execute(requests):
        found[(region, field or NO_FIELD), OF_LECTURES[state]] += count
    columns = Organisation.region_code, _order_field(), Order.unmet
    query = _unmet_orders(selection, select(*columns, func.count())).group_by(*columns)
    for region, field, reason, count in session.execute(query):
        found[(region, field or NO_FIELD), Unmet(reason.value)] += count
    return dict(found)


def _unmet_lectures(selection: Selection, query: Select[*tuple[Any, ...]]) -> Any:
    of_order = select(OrderOffer.id).where(OrderOffer.lecture_id == Lecture.id).correlate(Lecture)
    return (
        query.select_from(Lecture)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .where(counted(selection), Lecture.state.in_(OF_LECTURES), ~of_order.exists())
    )


def _order_field() -> ColumnElement[int | None]:
    """The field of an order: its own, or else that of its topic."""
    return func.coalesce(Order.field_id, Topic.field_id)


def _unmet_orders(
    selection: Selection, query: Select[*tuple[Any, ...]]
) -> Select[*tuple[Any, ...]]:
    filters = selection.filters
    first, end = (
        day_bounds(filters.period.first, selection.zone)[0],
        day_bounds(filters.period.end, selection.zone)[0],
    )
    conditions = [
        organisation_in_scope(selection.who),
        in_region(Organisation.region_code, filters.region),
        Order.state.in_((OrderState.REJECTED, OrderState.EXPIRED)),
        Order.unmet.is_not(None),
        # A window that ends at midnight ends on the day before.
        Order.expires_at > first,
        Order.expires_at <= end,
    ]
    if filters.field == WITHOUT_FIELD:
        conditions.append(_order_field().is_(None))
    elif filters.field:
        conditions.append(_order_field().in_(fields_under(filters.field)))
    return (
        query.select_from(Order)
        .join(Organisation, Organisation.id == Order.organisation_id)
        .outerjoin(Topic, Topic.id == Order.topic_id)
        .where(*conditions)
    )


@dataclass(frozen=True, slots=True)
class UnmetList:
    """A page of requests and of orders that were not met, and the numbers of all."""

    lectures: Sequence[Lecture]
    lectures_total: int
    orders: Sequence[Order]
    orders_total: int

    @property
    def pages(self) -> int:
        """The number of pages."""
        return max(1, -(-max(self.lectures_total, self.orders_total) // PAGE_LENGTH))


def unmet_list(
    session: Session, selection: Selection, behind: Behind, reason: Unmet | None, *, page: int
) -> UnmetList:
    """What was not met, for one reason or any, by day. Two queries."""
    requests = _unmet_lectures(selection, select(Lecture, func.count().over()))
    requests = requests.where(*own_area(selection.filters, behind, Topic.field_id))
    orders = _unmet_orders(selection, select(Order, func.count().over()))
    orders = orders.where(*own_area(selection.filters, behind, _order_field()))
    if reason is not None:
        states = [state for state, one in OF_LECTURES.items() if one is reason]
        requests = requests.where(Lecture.state.in_(states))
        orders = orders.where(Order.unmet.in_([one for one in UnmetReason if one == reason.value]))
    whole = joinedload(Lecture.organisation), joinedload(Lecture.instructor)
    lines = requests.options(*whole).order_by(Lecture.starts_at, Lecture.id)
    order_lines = orders.options(*order_lines_options()).order_by(Order.expires_at, Order.id)
    first = (page - 1) * PAGE_LENGTH
    found = session.execute(lines.limit(PAGE_LENGTH).offset(first)).all()
    of_orders = session.execute(order_lines.limit(PAGE_LENGTH).offset(first)).all()
    return UnmetList(
        [row[0] for row in found],
        found[0][1] if found else 0,
        [row[0] for row in of_orders],
        of_orders[0][1] if of_orders else 0,
    )


def order_lines_options() -> tuple[ORMOption, ...]:
    """What a line shows of an order."""
    return joinedload(Order.organisation), joinedload(Order.topic), joinedload(Order.field)


@dataclass(frozen=True, slots=True)
class Supplier:
    """A listed instructor with an offered topic in a field, who serves a region."""

    instructor_id: int
    region: str
    field: int


def suppliers(session: Session, selection: Selection) -> list[Supplier]:
    """Who could be asked in the scope, now. One query of as many rows as there are such people."""
    filters = selection.filters
    codes = [filters.region] if filters.region else sorted(selection.who.scopes)
    query = (
        select(Instructor.id, ServedRegion.region_code, Topic.field_id)
        .join(ServedRegion, ServedRegion.instructor_id == Instructor.id)
        .join(Topic, Topic.instructor_id == Instructor.id)
        .where(Instructor.listed, Topic.active, in_field(filters.field))
        .distinct()
    )
    found = [
        Supplier(one, region, field or NO_FIELD) for one, region, field in session.execute(query)
    ]
    if not codes or (not filters.region and selection.who.coordinates(None)):
        return found
    return [one for one in found if any(_meet(one.region, code) for code in codes)]


def _meet(served: str, code: str) -> bool:
    """Whether somebody who serves a region teaches somewhere in another one."""
    return within(served, code) or within(code, served)


def serves(served: str, row: str) -> bool:
    """Whether somebody who serves a region counts in the row of another one."""
    return _meet(served, row)


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
    filters = selection.filters
    of_topic = select(Lecture.id).where(Lecture.topic_id == Topic.id).correlate(Topic)
    ever = of_topic.exists()
    now = of_topic.where(begins_in(filters.period, selection.zone)).exists()
    query = (
        select(
            Topic.field_id,
            func.count(),
            func.sum(case((now, 1), else_=0)),
            func.sum(case((ever, 1), else_=0)),
        )
        .join(Instructor, Instructor.id == Topic.instructor_id)
        .where(
            and_(instructor_in_scope(selection.who), Instructor.listed, Topic.active),
            in_region(Instructor.region_code, filters.region),
            in_field(filters.field),
        )
        .group_by(Topic.field_id)
    )
    rows = session.execute(query)
    return {field or NO_FIELD: Topics(*numbers) for field, *numbers in rows}
