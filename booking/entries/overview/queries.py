"""Reads pages of entries in two statements, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Membership, User
from booking.accounts.queries import lies_under
from booking.availability.models import Timetable, WeeklyBlock
from booking.entries.engine.freshness import FRESH
from booking.entries.models import RequestedChange, RequestState
from booking.entries.overview.engine.filters import Filters, Kind
from booking.entries.queries import in_scope
from booking.instructors.engine import index_terms, names
from booking.instructors.models import Instructor, Topic

PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list."""

    id: int
    name: str
    name_pinyin: str | None
    title: str
    workplace: str
    region_code: str
    listed: bool
    topics: int
    """How many topics are offered."""
    has_hours: bool
    has_account: bool
    stale: bool
    changes: int
    """How many changes wait for review."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, and how many there are."""

    lines: Sequence[Line]
    total: int

    @property
    def pages(self) -> int:
        """The number of pages; at least one."""
        return max(1, -(-self.total // PAGE_LENGTH))


def page_of(session: Session, actor: Actor, filters: Filters, now: datetime) -> Page:
    """A page of the entries that the actor keeps, in the order of their names."""
    conditions = [in_scope(actor), *_conditions(filters, now)]
    total = session.scalar(select(func.count()).select_from(Instructor).where(*conditions)) or 0
    query = (
        select(
            Instructor.id,
            Instructor.name,
            Instructor.name_pinyin,
            Instructor.title,
            Instructor.workplace,
            Instructor.region_code,
            Instructor.listed,
            _count(Topic, Topic.active),
            _HOURS,
            _ACCOUNT,
            _stale(now),
            _count(RequestedChange, RequestedChange.state == RequestState.WAITING),
        )
        .where(*conditions)
        .order_by(Instructor.sort_key, Instructor.id)
        .limit(PAGE_LENGTH)
        .offset((filters.page - 1) * PAGE_LENGTH)
    )
    return Page([Line(*row) for row in session.execute(query)], total)


def _count(table: Any, condition: Any) -> Any:
    query = select(func.count()).select_from(table)
    return query.where(table.instructor_id == Instructor.id, condition).scalar_subquery()


def _exists(table: Any, *conditions: Any) -> Exists:
    return select(table.id).where(table.instructor_id == Instructor.id, *conditions).exists()


_HOURS: ColumnElement[bool] = or_(_exists(WeeklyBlock), _exists(Timetable))
_ACCOUNT: ColumnElement[bool] = (
    select(Membership.id)
    .join(User, User.id == Membership.user_id)
    .where(Membership.instructor_id == Instructor.id, User.active)
    .exists()
)


def _stale(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(Instructor.confirmed_at, Instructor.created_at) < now - FRESH


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found = [_has(word) for word in names.words(filters.words)]
    if filters.region:
        found.append(lies_under(Instructor.region_code, filters.region))
    if filters.field:
        piece = names.escape_like(index_terms.field(filters.field))
        found.append(Instructor.search_codes.like(f"%{piece}%", escape="\\"))
    if filters.kind in _KINDS:
        found.append(_KINDS[filters.kind])
    if filters.kind is Kind.STALE:
        found.append(_stale(now))
    return found


_KINDS: dict[Kind, ColumnElement[bool]] = {
    Kind.HIDDEN: Instructor.listed.is_(False),
    Kind.NO_TOPICS: ~_exists(Topic, Topic.active),
    Kind.NO_HOURS: ~_HOURS,
    Kind.NO_ACCOUNT: ~_ACCOUNT,
    Kind.CHANGES: _exists(RequestedChange, RequestedChange.state == RequestState.WAITING),
}


def _has(word: str) -> ColumnElement[bool]:
    like = names.escape_like(word)
    text = Instructor.search_text.like(f"%{like}%", escape="\\")
    return or_(text, Instructor.search_pinyin.like(f"% {like}%", escape="\\"))


def namesakes(session: Session, actor: Actor, name: str) -> Sequence[Instructor]:
    """The entries of this name that the actor keeps, whatever their workplace."""
    condition = and_(in_scope(actor), Instructor.name == name)
    return session.scalars(select(Instructor).where(condition).order_by(Instructor.id)).all()
