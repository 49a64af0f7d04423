"""Lectures, attendances and credit hours: by month, and by region and field."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.instructors.models import Topic
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureRecord
from booking.statistics.engine.areas import NO_FIELD
from booking.statistics.reads.selection import Selection, counted, month_number

ONE_PLACE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Sums:
    """Lectures that were asked for and held, attendances and credit hours of those held."""

    asked: int = 0
    held: int = 0
    attendances: int = 0
    credit_hours: Decimal = Decimal("0.0")

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.asked + other.asked,
            self.held + other.held,
            self.attendances + other.attendances,
            self.credit_hours + other.credit_hours,
        )


def whole(parts: Any) -> Sums:
    """The sum of sums."""
    return sum(parts, Sums())


def by_month(session: Session, selection: Selection) -> list[Sums]:
    """The sums of each month of the period. One query."""
    month = month_number(selection.filters.period, selection.zone)
    found = [Sums() for _month in selection.filters.period.months()]
    for at, state, *numbers in session.execute(_sums(selection, month)):
        found[at] += _of_state(state, numbers)
    return found


def by_area(session: Session, selection: Selection) -> dict[tuple[str, int], Sums]:
    """The sums by region of the branch and field of the topic (`NO_FIELD`). One query."""
    found: dict[tuple[str, int], Sums] = defaultdict(Sums)
    keys = Organisation.region_code, Topic.field_id
    for region, field, state, *numbers in session.execute(_sums(selection, *keys)):
        found[region, field or NO_FIELD] += _of_state(state, numbers)
    return dict(found)


def _of_state(state: State, numbers: list[Any]) -> Sums:
    count, attendances, hours = numbers
    if state is not State.DELIVERED:
        return Sums(asked=count)
    return Sums(count, count, attendances or 0, Decimal(hours or 0).quantize(ONE_PLACE))


def _sums(selection: Selection, *keys: ColumnElement[Any] | Any) -> Select[*tuple[Any, ...]]:
    query = select(
        *keys,
        Lecture.state,
        func.count(),
        func.sum(LectureRecord.listeners),
        func.sum(LectureRecord.credit_hours),
    )
    joined = _joined(query, selection).outerjoin(
        LectureRecord, LectureRecord.lecture_id == Lecture.id
    )
    return joined.group_by(*keys, Lecture.state)


def _joined(query: Select[*tuple[Any, ...]], selection: Selection) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(Lecture)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .where(counted(selection))
    )
