"""The lectures of a list: those that were agreed and not cancelled, each once.

A constant number of queries, however many rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from booking.accounts.models import Organisation
from booking.availability.engine.zones import local_instant
from booking.dossiers.lists.engine.columns import Order as RowOrder
from booking.dossiers.lists.engine.periods import FiledPeriod
from booking.dossiers.lists.owners import ListOwner
from booking.evaluations.models import BranchEvaluation
from booking.instructors.models import Field, Instructor, Topic
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.orders.engine.lifecycle import LIVE
from booking.orders.models import Order

LISTED = (State.CONFIRMED, State.DELIVERED, State.NOT_HELD)
"""What a list has: what was agreed; requests and cancelled lectures are no part of it."""


@dataclass(frozen=True, slots=True)
class FiledLecture:
    """One row."""

    lecture: Lecture
    record: LectureRecord | None
    field: Field | None
    guests: int
    """How many other branches take part."""
    evaluated: bool
    """Whether the branch has evaluated it."""


@dataclass(frozen=True, slots=True)
class FiledSums:
    """The sums of all rows."""

    lectures: int
    held: int
    listeners: int
    hours: Decimal


def rows(
    session: Session,
    owner: ListOwner,
    period: FiledPeriod,
    zone: ZoneInfo,
    *,
    order: RowOrder = RowOrder.DAY,
    limit: int | None = None,
    offset: int = 0,
) -> list[FiledLecture]:
    """The rows of a list, or of one of its pages. One query."""
    host = aliased(Order)
    guests = (
        select(func.count(Order.id))
        .join(host, host.id == Order.merged_into_id)
        .where(host.lecture_id == Lecture.id, Order.state.in_(LIVE))
        .correlate(Lecture)
        .scalar_subquery()
    )
    evaluated = (
        select(BranchEvaluation.lecture_id)
        .where(BranchEvaluation.lecture_id == Lecture.id)
        .correlate(Lecture)
        .exists()
    )
    query = _joined(select(Lecture, LectureRecord, Field, guests, evaluated), owner, period, zone)
    query = (
        query.outerjoin(Topic, Topic.id == Lecture.topic_id)
        .outerjoin(Field, Field.id == Topic.field_id)
        .options(
            joinedload(Lecture.instructor),
            joinedload(Lecture.organisation),
            joinedload(Lecture.region),
        )
        .order_by(*_ORDERS[order], Lecture.starts_at, Lecture.id)
        .limit(limit)
        .offset(offset)
    )
    return [FiledLecture(*row) for row in session.execute(query)]


_ORDERS: dict[RowOrder, tuple[Any, ...]] = {
    RowOrder.DAY: (),
    RowOrder.BRANCH: (Organisation.region_code, Organisation.name, Organisation.id),
    RowOrder.INSTRUCTOR: (Instructor.sort_key, Instructor.id),
}


def sums(session: Session, owner: ListOwner, period: FiledPeriod, zone: ZoneInfo) -> FiledSums:
    """The sums of a list. One query."""
    held = Lecture.state == State.DELIVERED
    query = _joined(
        select(
            func.count(Lecture.id),
            func.count(Lecture.id).filter(held),
            func.sum(LectureRecord.listeners).filter(_is_held()),
            func.sum(LectureRecord.credit_hours).filter(_is_held()),
        ),
        owner,
        period,
        zone,
    )
    lectures, delivered, listeners, hours = session.execute(query).one()
    return FiledSums(lectures, delivered, listeners or 0, Decimal(hours or 0))


def _is_held() -> ColumnElement[bool]:
    return LectureRecord.outcome == LectureOutcome.HELD


def _joined(
    query: Select[*tuple[Any, ...]], owner: ListOwner, period: FiledPeriod, zone: ZoneInfo
) -> Select[*tuple[Any, ...]]:
    first = local_instant(period.first, 0, zone)
    end = local_instant(period.last + timedelta(days=1), 0, zone)
    return (
        query.select_from(Lecture)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .join(Instructor, Instructor.id == Lecture.instructor_id)
        .outerjoin(LectureRecord, LectureRecord.lecture_id == Lecture.id)
        .where(
            and_(
                owner.condition(),
                Lecture.state.in_(LISTED),
                Lecture.starts_at >= first,
                Lecture.starts_at < end,
            )
        )
    )
