"""The lectures that count: by scope, period, region and field.

A lecture counts in the present region of its branch, for which it was held, and in the field of its
topic. It is in a coordinator's statistics if its branch is in the scope, wherever the instructor
comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from booking.accounts.engine.roles import Actor, Role, within
from booking.accounts.models import Organisation
from booking.accounts.queries import lies_under
from booking.availability.engine.zones import day_bounds
from booking.instructors.models import Field, Instructor, Topic
from booking.knowledge_tests.models import KnowledgeTest
from booking.lectures.engine.agreement import ProposalState
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.overview import organisation_in_scope
from booking.lectures.proposals.models import Proposal
from booking.lectures.records.models import LectureRecord
from booking.statistics.engine.distributions import DAY_CLASSES, HOUR_CLASSES, Class
from booking.statistics.engine.filters import WITHOUT_FIELD, Behind, Filters
from booking.statistics.engine.periods import Period

HOUR, DAY = 3600, 86_400

ENDS: dict[State, Command] = {
    State.CANCELLED: Command.CANCEL,
    State.DECLINED: Command.DECLINE,
    State.WITHDRAWN: Command.WITHDRAW,
    State.EXPIRED: Command.EXPIRE,
    State.REJECTED: Command.REJECT,
    State.NOT_HELD: Command.NOT_HELD,
}
"""The command that leads to each end other than the lecture itself."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Who asks, and for what."""

    who: Actor
    filters: Filters
    zone: ZoneInfo

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """The regions that are asked about, each with all under it; None: everywhere."""
        region, own = self.filters.region, self.who.scopes
        if self.who.has(Role.ADMIN):
            return (region,) if region else None
        if any(within(region, code) for code in own if region):
            return (region,)
        return tuple(sorted(code for code in own if not region or within(code, region)))

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first instant of the period, and the first one after it; UTC."""
        period = self.filters.period
        return day_bounds(period.first, self.zone)[0], day_bounds(period.end, self.zone)[0]


class epoch_seconds(FunctionElement[int]):
    """Whole seconds since 1970 of an instant, on both databases."""

    type = BigInteger()
    inherit_cache = True


@compiles(epoch_seconds, "sqlite")
def _sqlite_seconds(element: epoch_seconds, compiler: SQLCompiler, **more: object) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **more)}) AS INTEGER)"


@compiles(epoch_seconds, "postgresql")
def _postgresql_seconds(element: epoch_seconds, compiler: SQLCompiler, **more: object) -> str:
    inner = compiler.process(element.clauses, **more)
    return f"CAST(floor(extract(epoch FROM {inner})) AS BIGINT)"


def counted(selection: Selection) -> ColumnElement[bool]:
    """SQL condition: the lecture counts. The statement must join organisation and topic."""
    return and_(
        organisation_in_scope(selection.who),
        begins_in(selection.filters.period, selection.zone),
        in_region(Organisation.region_code, selection.filters.region),
        in_field(selection.filters.field),
    )


def begins_in(period: Period, zone: ZoneInfo) -> ColumnElement[bool]:
    """SQL condition: the lecture begins on a local day of the period."""
    first, end = day_bounds(period.first, zone)[0], day_bounds(period.end, zone)[0]
    return and_(Lecture.starts_at >= first, Lecture.starts_at < end)


def in_region(column: InstrumentedAttribute[str], code: str) -> ColumnElement[bool]:
    """SQL condition: the region is this one or lies under it; without a code any."""
    return lies_under(column, code) if code else true()


def in_field(code: str) -> ColumnElement[bool]:
    """SQL condition on `Topic.field_id`: this field or one under it; without a code any."""
    if not code:
        return true()
    if code == WITHOUT_FIELD:
        return Topic.field_id.is_(None)
    return Topic.field_id.in_(fields_under(code))


def fields_under(code: str) -> Any:
    """The ids of a field and of those under it, as a subquery."""
    above = own_field(code)
    return select(Field.id).where(or_(Field.id == above, Field.parent_id == above))


def own_field(code: str) -> Any:
    """The id of a field, as a subquery."""
    return select(Field.id).where(Field.code == code).scalar_subquery()


def instructor_in_scope(who: Actor) -> ColumnElement[bool]:
    """SQL condition: the instructor belongs to a region that the actor coordinates."""
    if who.has(Role.ADMIN):
        return true()
    return or_(false(), *(lies_under(Instructor.region_code, scope) for scope in who.scopes))


def month_number(period: Period, zone: ZoneInfo) -> ColumnElement[int]:
    """The place of the lecture's month in `period.months()`."""
    ends = [day_bounds(month.end, zone)[0] for month in period.months()]
    return case(*((Lecture.starts_at < end, at) for at, end in enumerate(ends)), else_=len(ends))


def lead_days() -> ColumnElement[int]:
    """Whole days from the request to the beginning."""
    seconds = epoch_seconds(Lecture.starts_at) - epoch_seconds(Lecture.created_at)
    return cast(seconds // DAY, Integer)


def first_answer() -> ColumnElement[datetime]:
    """When the lecture was first answered; NULL: not yet."""
    answer = aliased(HistoryEntry)
    return (
        select(func.min(answer.at))
        .where(
            answer.lecture_id == Lecture.id,
            answer.command.in_((Command.CONFIRM, Command.DECLINE)),
        )
        .correlate(Lecture)
        .scalar_subquery()
    )


def asked_at() -> ColumnElement[datetime]:
    """When the instructor was first asked: at the request, or at its approval."""
    asked = aliased(HistoryEntry)
    return (
        select(func.min(asked.at))
        .where(asked.lecture_id == Lecture.id, asked.target == State.REQUESTED)
        .correlate(Lecture)
        .scalar_subquery()
    )


def answer_hours() -> ColumnElement[int]:
    """Whole hours from the day of asking to the first answer; NULL: not answered."""
    seconds = epoch_seconds(first_answer()) - epoch_seconds(asked_at())
    return cast(seconds // HOUR, Integer)


def ended_by() -> ColumnElement[Party]:
    """Who gave the last command that led to the lecture's end."""
    end = aliased(HistoryEntry)
    return (
        select(end.party)
        .where(end.lecture_id == Lecture.id, end.command.in_(ENDS.values()))
        .order_by(end.id.desc())
        .limit(1)
        .correlate(Lecture)
        .scalar_subquery()
    )


def narrowed(filters: Filters, behind: Behind) -> Iterator[ColumnElement[bool]]:
    """SQL conditions: the lectures behind one number. Joined as in `counted`."""
    if behind.state is not None:
        yield Lecture.state == behind.state
    if behind.party is not None:
        yield Lecture.state.in_(ENDS)
        yield ended_by() == behind.party
    if behind.proposed is not None or behind.change is not None:
        accepted = select(Proposal.lecture_id).where(Proposal.state == ProposalState.ACCEPTED)
        if behind.proposed is not None:
            accepted = accepted.where(Proposal.party == behind.proposed)
        if behind.change is not None:
            accepted = accepted.where(Proposal.kind == behind.change)
        yield Lecture.id.in_(accepted)
    if behind.outcome:
        yield Lecture.state == State.NOT_HELD
        yield Lecture.id.in_(
            select(LectureRecord.lecture_id).where(LectureRecord.outcome == behind.outcome)
        )
    if behind.lead is not None:
        yield of_class(lead_days(), DAY_CLASSES, behind.lead)
    if behind.answer is not None:
        yield of_class(answer_hours(), HOUR_CLASSES, behind.answer)
    if behind.answered:
        yield answer_hours().is_not(None)
    if behind.tested:
        yield Lecture.id.in_(select(KnowledgeTest.lecture_id))
    yield from own_area(filters, behind, Topic.field_id)


def own_area(
    filters: Filters, behind: Behind, field_id: ColumnElement[int | None] | Any
) -> Iterator[ColumnElement[bool]]:
    """SQL conditions: the region or the field itself, without what lies under it."""
    if behind.own_region and filters.region:
        yield Organisation.region_code == filters.region
    if behind.own_field and filters.field:
        yield field_id == own_field(filters.field)


def of_class(value: ColumnElement[int], classes: tuple[Class, ...], at: int) -> ColumnElement[bool]:
    """SQL condition: the value is in the class at this place, as `classified` counts it."""
    one = classes[at]
    conditions = [value <= one.high] if one.high is not None else []
    return and_(value >= one.low if at else value.is_not(None), *conditions)
