"""Reads of delivered lectures: of a branch's or an instructor's year, and totals for everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from booking.accounts.models import Region
from booking.availability.engine.zones import local_instant
from booking.instructors.models import Field, Topic
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureRecord
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import Order, OrderOffer, OrderWindow
from booking.year_reviews.engine.figures import (
    FEWEST_SHOWN,
    BothNames,
    DeliveredLecture,
    YearFigures,
    shown,
    summed,
)


def bounds(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of a year, and of the next one."""
    first, following = date(year, 1, 1), date(year + 1, 1, 1)
    return local_instant(first, 0, zone), local_instant(following, 0, zone)


def branch_year(
    session: Session, organisation_ids: Collection[int], year: int, zone: ZoneInfo
) -> YearFigures:
    """The lectures that these organisations heard in a year. One query."""
    return _figures(session, Lecture.organisation_id.in_(sorted(organisation_ids)), year, zone)


def instructor_year(
    session: Session, instructor_ids: Collection[int], year: int, zone: ZoneInfo
) -> YearFigures:
    """The lectures that these instructors gave in a year. One query."""
    return _figures(session, Lecture.instructor_id.in_(sorted(instructor_ids)), year, zone)


_DeliveredRow = tuple[str | None, str | None, str, str | None, int | None, Decimal | None]


def _figures(session: Session, own: ColumnElement[bool], year: int, zone: ZoneInfo) -> YearFigures:
    first, following = bounds(year, zone)
    query = (
        select(
            Field.name,
            Field.name_en,
            Region.name,
            Region.name_en,
            LectureRecord.listeners,
            LectureRecord.credit_hours,
        )
        .select_from(Lecture)
        .join(Region, Region.code == Lecture.region_code)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .outerjoin(Field, Field.id == Topic.field_id)
        .outerjoin(LectureRecord, LectureRecord.lecture_id == Lecture.id)
        .where(
            own,
            Lecture.state == State.DELIVERED,
            Lecture.starts_at >= first,
            Lecture.starts_at < following,
        )
    )
    # A lecture may have no field: its columns come from an outer join.
    rows: Iterable[_DeliveredRow] = session.execute(query)
    return summed(
        DeliveredLecture(
            None if field is None else BothNames(field, field_en),
            BothNames(region, region_en),
            listeners,
            credit_hours,
        )
        for field, field_en, region, region_en, listeners, credit_hours in rows
    )


def needs_by_state(
    session: Session, organisation_ids: Collection[int], year: int, zone: ZoneInfo
) -> Mapping[OrderState, int]:
    """How many orders of these organisations with a time in a year are in each state. One query."""
    query = (
        select(Order.state, func.count(Order.id))
        .where(Order.organisation_id.in_(sorted(organisation_ids)), _has_time_in(year, zone))
        .group_by(Order.state)
    )
    found = {row.state: row[1] for row in session.execute(query)}
    return {state: found[state] for state in OrderState if state in found}


def unanswered_requests(
    session: Session, organisation_ids: Collection[int], year: int, zone: ZoneInfo
) -> int:
    """Requests for a time in a year that were declined or not answered in time. One query.

    Those of an order count as that order only.
    """
    first, following = bounds(year, zone)
    of_order = select(OrderOffer.id).where(OrderOffer.lecture_id == Lecture.id)
    query = select(func.count(Lecture.id)).where(
        Lecture.organisation_id.in_(sorted(organisation_ids)),
        Lecture.state.in_((State.EXPIRED, State.DECLINED)),
        Lecture.starts_at >= first,
        Lecture.starts_at < following,
        ~of_order.exists(),
    )
    return session.scalar(query) or 0


def _has_time_in(year: int, zone: ZoneInfo) -> ColumnElement[bool]:
    """SQL condition: one of the order's times is in a year."""
    first, following = bounds(year, zone)
    return Order.id.in_(
        select(OrderWindow.order_id).where(
            OrderWindow.starts_at >= first, OrderWindow.starts_at < following
        )
    )


def coming_needs(
    session: Session, organisation_ids: Collection[int], year: int, zone: ZoneInfo
) -> Sequence[Order]:
    """Orders of these organisations that are not over, with a time in a year. One query."""
    query = (
        select(Order)
        .where(
            Order.organisation_id.in_(sorted(organisation_ids)),
            Order.state.in_((OrderState.OPEN, OrderState.OFFERED, OrderState.FULFILLED)),
            _has_time_in(year, zone),
        )
        .order_by(Order.expires_at, Order.id)
    )
    return session.scalars(query).unique().all()


@dataclass(frozen=True, slots=True)
class PublicTotals:
    """Totals of the installation; None: too small to be shown."""

    before: date
    """The first day that is not told."""
    lectures: int | None
    units: int | None
    """Organisations that heard a lecture."""
    fields: tuple[tuple[str, str | None, int], ...]
    """Name, English name, lectures; fields with fewer than `FEWEST_SHOWN` are left out."""


def public_totals(session: Session, before: date, zone: ZoneInfo) -> PublicTotals:
    """All delivered lectures that began before a day. Two queries."""
    delivered = and_(
        Lecture.state == State.DELIVERED, Lecture.starts_at < local_instant(before, 0, zone)
    )
    lectures, units = session.execute(
        select(func.count(Lecture.id), func.count(Lecture.organisation_id.distinct())).where(
            delivered
        )
    ).one()
    number = func.count(Lecture.id)
    query = (
        select(Field.name, Field.name_en, number)
        .join(Topic, Topic.field_id == Field.id)
        .join(Lecture, Lecture.topic_id == Topic.id)
        .where(delivered)
        .group_by(Field.id, Field.name, Field.name_en)
        .having(number >= FEWEST_SHOWN)
        .order_by(Field.id)
    )
    fields = tuple((name, name_en, count) for name, name_en, count in session.execute(query))
    return PublicTotals(before, shown(lectures), shown(units), fields)
