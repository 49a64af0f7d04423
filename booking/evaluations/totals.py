"""Totals of evaluations in SQL, in groups that tell no single answer (`engine.groups`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from booking.accounts.queries import lies_under
from booking.evaluations.engine import policy
from booking.evaluations.engine.groups import LEAST
from booking.evaluations.engine.scales import EvaluationDimension
from booking.evaluations.models import BranchEvaluation, ListenerEvaluation
from booking.instructors.models import Instructor, Topic
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture

Key = TypeVar("Key")
Period = tuple[datetime, datetime]
Evaluation = type[BranchEvaluation] | type[ListenerEvaluation]

NAMES = [one.value for one in EvaluationDimension]


@dataclass(frozen=True, slots=True)
class Means:
    """Means on the scale by dimension, and how many of `count` said *again*."""

    count: int
    dimensions: Mapping[EvaluationDimension, float]
    again: int


@dataclass(frozen=True, slots=True)
class Summary(Generic[Key]):
    """Totals of one field or title."""

    key: Key
    branches: Means | None
    """Of evaluations by branches in whole groups; None: fewer than one group."""
    listeners: Means | None
    """Of listeners, from lectures with enough answers; None: there is no such lecture."""

    @property
    def hidden(self) -> bool:
        """Whether there are too few evaluations by branches to tell anything."""
        return self.branches is None


def means_of(count: int, sums: Mapping[str, int], again: int) -> Means:
    """The means of some answers from their sums."""
    return Means(count, {one: sums[one.value] / count for one in EvaluationDimension}, again)


def joined(parts: Iterable[Means | None]) -> Means | None:
    """The means of all answers of which these are the means; None without any."""
    told = [one for one in parts if one is not None]
    count = sum(one.count for one in told)
    if not count:
        return None
    means = {
        dimension: sum(one.dimensions[dimension] * one.count for one in told) / count
        for dimension in EvaluationDimension
    }
    return Means(count, means, sum(one.again for one in told))


def sum_columns(table: Any) -> list[ColumnElement[Any]]:
    """Count and sums of some rows, labelled."""
    return [
        func.count().label("number"),
        *(func.sum(getattr(table, name)).label(name) for name in NAMES),
        func.sum(cast(table.again, Integer)).label("again"),
    ]


def of_listeners(session: Session, lecture_id: int) -> tuple[int, Means | None]:
    """How many listeners answered of a lecture, and their means; whoever calls decides who sees."""
    query = select(*sum_columns(ListenerEvaluation)).where(
        ListenerEvaluation.lecture_id == lecture_id
    )
    row = session.execute(query).mappings().one()
    return row["number"], _means_in(row)


def by_field(
    session: Session, scopes: Collection[str] | None, period: Period | None, *, now: datetime
) -> list[Summary[int | None]]:
    """Totals by the field of the topic."""
    return _summaries(session, Topic.field_id, scopes, period, now)


def by_title(
    session: Session, scopes: Collection[str] | None, period: Period | None, *, now: datetime
) -> list[Summary[str]]:
    """Totals by the title of the lecture."""
    return _summaries(session, Lecture.title, scopes, period, now)


def _summaries(
    session: Session,
    key: Any,
    scopes: Collection[str] | None,
    period: Period | None,
    now: datetime,
) -> list[Summary[Any]]:
    branches = _means(session, _grouped(key, scopes, now), period)
    listeners = _means(session, _by_lecture(key, scopes, now), period)
    keys = sorted({*branches, *listeners}, key=lambda one: (one is None, one or 0))
    return [Summary(one, branches.get(one), listeners.get(one)) for one in keys]


def _means(session: Session, rows: Any, period: Period | None) -> dict[Any, Means | None]:
    """Means by key of the groups that lie in the period; None for a key without a whole one.

    A group lies where its last lecture ended.
    """
    within = true() if period is None else and_(rows.c.last >= period[0], rows.c.last < period[1])
    enough = rows.c.number >= LEAST
    totals = [
        func.sum(case((enough, rows.c[name]), else_=0)).label(name)
        for name in ("number", "again", *NAMES)
    ]
    query = select(rows.c.key, *totals).where(within).group_by(rows.c.key)
    return {row["key"]: _means_in(row) for row in session.execute(query).mappings()}


def _means_in(row: Mapping[Any, Any]) -> Means | None:
    """The means in a row of `sum_columns`; None without answers."""
    return means_of(row["number"], row, row["again"]) if row["number"] else None


def _grouped(key: Any, scopes: Collection[str] | None, now: datetime) -> Any:
    """Evaluations of branches in groups of `LEAST`, one row each; the last may be smaller.

    The groups are those of one field, title and region, whatever the key is: regions, and the
    tables by field and by title, differ by whole groups. Were a field grouped by itself, the one
    evaluation of a rare title would be the difference between the two tables.
    """
    same = {"field": Topic.field_id, "title": Lecture.title, "region": Instructor.region_code}
    place = func.row_number().over(
        partition_by=[*same.values()], order_by=[Lecture.ends_at, Lecture.id]
    )
    columns = [getattr(BranchEvaluation, name) for name in (*NAMES, "again")]
    ended = Lecture.ends_at <= policy.counted_before(now)
    query = _of_lectures(BranchEvaluation, scopes, ended).add_columns(
        key.label("key"),
        *(column.label(name) for name, column in same.items()),
        ((place - 1) // LEAST).label("block"),
        Lecture.ends_at.label("ended"),
        *columns,
    )
    rows = query.subquery()
    return (
        select(rows.c.key, *sum_columns(rows.c), func.max(rows.c.ended).label("last"))
        .group_by(rows.c.key, *(rows.c[name] for name in same), rows.c.block)
        .subquery()
    )


def _by_lecture(key: Any, scopes: Collection[str] | None, now: datetime) -> Any:
    """Answers of listeners, one row for each lecture."""
    ended = Lecture.ends_at <= policy.closed_before(now)
    return (
        _of_lectures(ListenerEvaluation, scopes, ended)
        .add_columns(
            key.label("key"),
            *sum_columns(ListenerEvaluation),
            func.max(Lecture.ends_at).label("last"),
        )
        .group_by(key, Lecture.id)
        .subquery()
    )


def _of_lectures(
    table: Evaluation, scopes: Collection[str] | None, ended: ColumnElement[bool]
) -> Select[Any]:
    """A statement over evaluations that count, still without columns.

    What a branch said still counts when its lecture is later recorded as not held, lest the groups
    after it shift (`service`).
    """
    inside = (
        true()
        if scopes is None
        else or_(false(), *(lies_under(Instructor.region_code, scope) for scope in scopes))
    )
    took_place = true() if table is BranchEvaluation else Lecture.state == State.DELIVERED
    return (
        select()
        .select_from(table)
        .join(Lecture, Lecture.id == table.lecture_id)
        .join(Instructor, Instructor.id == Lecture.instructor_id)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .where(took_place, ended, inside)
    )
