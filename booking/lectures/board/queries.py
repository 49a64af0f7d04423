"""Queries of the board: how many lectures wait, and a page of those that fit the filters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, defaultload
from sqlalchemy.orm.interfaces import ORMOption

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Membership, Organisation, User
from booking.availability.engine.zones import day_bounds, local_date
from booking.instructors.models import Field, Instructor, InstructorField, Topic
from booking.lectures.board.engine.filters import (
    BY_DUE_DAY,
    Filters,
    Show,
    month_after,
    search_patterns,
)
from booking.lectures.engine.states import State
from booking.lectures.engine.transitions import WAITING
from booking.lectures.models import Lecture
from booking.lectures.overview import in_scope, organisation_in_scope, touches
from booking.lectures.records.queries import lacks_record

PAGE_LENGTH = 50
"""Lectures of one page."""

DUE_SOON = timedelta(days=1)
"""A request is due soon if its answer is due within this time, or overdue."""

NO_ACCOUNT: ColumnElement[bool] = (
    ~select(Membership.id)
    .join(User, User.id == Membership.user_id)
    .where(Membership.instructor_id == Lecture.instructor_id, User.active)
    .correlate(Lecture)
    .exists()
)
"""Nobody can answer as the instructor: `accounts.service.users_of_instructor` finds nobody."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lectures of the actor's scope the board's first lists have."""

    review: int
    waiting: int
    due_soon: int
    no_account: int
    week: int
    record: int


@dataclass(frozen=True, slots=True)
class Line:
    """A lecture of the list."""

    lecture: Lecture
    no_account: bool
    """Nobody can answer as its instructor."""
    lacks_record: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of the lectures that fit, and the number of all."""

    lines: Sequence[Line]
    total: int
    page: int = 1

    @property
    def pages(self) -> int:
        """The number of pages."""
        return max(1, -(-self.total // PAGE_LENGTH))


def counts(session: Session, who: Actor, *, now: datetime, zone: ZoneInfo) -> Counts:
    """The numbers of the board's first lists. One query."""
    waiting, week = Lecture.state == State.REQUESTED, _of_week(now, zone)
    review, record = to_review(who), lacks_record(now)
    query = (
        select(
            func.count().filter(review),
            func.count().filter(waiting),
            func.count().filter(waiting, _due_soon(now)),
            func.count().filter(waiting, NO_ACCOUNT),
            func.count().filter(week),
            func.count().filter(record),
        )
        .select_from(Lecture)
        .join(Lecture.instructor)
        .join(Lecture.organisation)
        .where(in_scope(who), or_(review, waiting, week, record))
    )
    return Counts(*session.execute(query).one())


def lines(
    session: Session,
    who: Actor,
    filters: Filters,
    *,
    now: datetime,
    zone: ZoneInfo,
    leave_out: Collection[str] = (),
) -> Lines:
    """A page of the lectures of the actor's scope that fit, without those numbered `leave_out`.

    One query; a second one if the page is beyond the last, for then the first page is returned.
    """
    conditions = [*_conditions(filters, who, now, zone), Lecture.number.not_in(leave_out)]
    query = _lectures(who, now, *conditions, order=_order(filters))
    first = (filters.page - 1) * PAGE_LENGTH
    rows = session.execute(query.limit(PAGE_LENGTH).offset(first)).all()
    if not rows and filters.page > 1:
        first_page = replace(filters, page=1)
        return lines(session, who, first_page, now=now, zone=zone, leave_out=leave_out)
    total = rows[0][3] if rows else 0
    return Lines([Line(*row[:3]) for row in rows], total, filters.page)


def numbered(session: Session, who: Actor, numbers: Collection[str], now: datetime) -> list[Line]:
    """The lectures with these numbers in the actor's scope, by start. One query."""
    query = _lectures(who, now, Lecture.number.in_(numbers), order=Lecture.starts_at.asc())
    return [Line(*row[:3]) for row in session.execute(query)]


def _lectures(
    who: Actor, now: datetime, *conditions: ColumnElement[bool], order: ColumnElement[datetime]
) -> Select[Lecture, bool, bool, int]:
    return (
        select(Lecture, NO_ACCOUNT, lacks_record(now), func.count().over())
        .join(Lecture.instructor)
        .join(Lecture.organisation)
        .outerjoin(Lecture.topic)
        .where(in_scope(who), *conditions)
        .order_by(order, Lecture.id)
        .options(*_loaded())
    )


def _loaded() -> Iterator[ORMOption]:
    """Only what a line shows: an instructor has long texts, and regions would be joined."""
    yield contains_eager(Lecture.instructor).load_only(
        Instructor.name, Instructor.name_pinyin, Instructor.region_code
    )
    yield contains_eager(Lecture.organisation)
    yield defaultload(Lecture.instructor).lazyload(Instructor.region)
    yield defaultload(Lecture.organisation).lazyload(Organisation.region)


def to_review(who: Actor) -> ColumnElement[bool]:
    """SQL condition: a request that the actor reviews, as coordinator of the branch's region."""
    return and_(Lecture.state == State.SUBMITTED, organisation_in_scope(who))


def _conditions(
    filters: Filters, who: Actor, now: datetime, zone: ZoneInfo
) -> Iterator[ColumnElement[bool]]:
    if filters.show is Show.REVIEW:
        yield to_review(who)
    elif filters.show is Show.RECORD:
        yield lacks_record(now)
    elif filters.show is Show.WAITING:
        yield Lecture.state == State.REQUESTED
    elif filters.show is Show.WEEK:
        yield _of_week(now, zone)
    elif filters.state is not None:
        yield Lecture.state == filters.state
    if filters.month is not None:
        yield _begins_within(filters.month, month_after(filters.month), zone)
    if filters.region:
        yield touches(filters.region)
    if filters.field:
        yield _in_field(filters.field)
    if filters.no_account:
        yield NO_ACCOUNT
    if filters.due_soon:
        yield and_(Lecture.state.in_(WAITING), _due_soon(now))
    for pattern in search_patterns(filters.words):
        columns = (Lecture.number, Instructor.name, Organisation.name)
        yield or_(*(column.ilike(pattern) for column in columns))


def _order(filters: Filters) -> ColumnElement[datetime]:
    """What is due first comes first; otherwise by start, of all months the latest first."""
    if filters.show in BY_DUE_DAY:
        return Lecture.reply_due_at.asc()
    if filters.show is Show.ALL and filters.month is None:
        return Lecture.starts_at.desc()
    return Lecture.starts_at.asc()


def _due_soon(now: datetime) -> ColumnElement[bool]:
    return Lecture.reply_due_at <= now + DUE_SOON


def _of_week(now: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """Confirmed, and in the local week of `now`."""
    today = local_date(now, zone)
    monday = today - timedelta(days=today.weekday())
    within = _begins_within(monday, monday + timedelta(days=7), zone)
    return and_(Lecture.state == State.CONFIRMED, within)


def _begins_within(first: date, end: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """The lecture begins on the local day `first` or later, and before the day `end`."""
    bounds = day_bounds(first, zone)[0], day_bounds(end, zone)[0]
    return and_(Lecture.starts_at >= bounds[0], Lecture.starts_at < bounds[1])


def _in_field(code: str) -> ColumnElement[bool]:
    """The field of the topic is this one or one below it; without one the instructor's counts."""
    above = select(Field.id).where(Field.code == code).scalar_subquery()
    fields = select(Field.id).where(or_(Field.id == above, Field.parent_id == above))
    of_instructor = select(InstructorField.instructor_id).where(
        InstructorField.field_id.in_(fields)
    )
    return or_(
        Topic.field_id.in_(fields),
        and_(Topic.field_id.is_(None), Lecture.instructor_id.in_(of_instructor)),
    )
