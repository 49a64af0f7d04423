"""The day around a request: the instructor's other lectures, and the ways between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.availability.external.queries import doubts
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.states import State
from booking.lectures.engine.ways import Stop, Way, ways
from booking.lectures.models import Lecture

_DAY = timedelta(days=1)


class Stretch(Protocol):
    """A lecture at its own time, or at one that is proposed for it."""

    @property
    def id(self) -> int:
        """The lecture's id."""

    @property
    def instructor_id(self) -> int:
        """Whose day it is."""

    @property
    def starts_at(self) -> datetime:
        """The start."""

    @property
    def ends_at(self) -> datetime:
        """The end."""

    @property
    def region_code(self) -> str:
        """The region of the place."""

    @property
    def place(self) -> str:
        """The place."""

    @property
    def format(self) -> Format:
        """The format: online needs no travel."""


@dataclass(frozen=True, slots=True)
class DayAround:
    """The lectures of one local day in order, the request among them, and the ways between."""

    lectures: Sequence[Stretch]
    ways: Sequence[Way]
    doubtful: bool = False
    """Whether a calendar kept elsewhere has an entry that could not be read, perhaps then."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The request that is to be answered next, and how many wait."""

    next: Lecture | None
    total: int


def days_around(
    session: Session, lectures: Sequence[Lecture], zone: ZoneInfo
) -> dict[int, DayAround]:
    """The day around each of some lectures, by lecture id. Two queries."""
    if not lectures:
        return {}
    arounds = around_each(session, lectures, zone)
    unread = doubts(session, {lecture.instructor_id for lecture in lectures})
    return {
        lecture.id: replace(
            around,
            doubtful=unread.about(lecture.instructor_id, lecture.starts_at, lecture.ends_at),
        )
        for lecture, around in zip(lectures, arounds, strict=True)
    }


def around_each(
    session: Session, stretches: Sequence[Stretch], zone: ZoneInfo
) -> Sequence[DayAround]:
    """The day around each of some stretches of time, in their order. One query."""
    if not stretches:
        return []
    starts = [one.starts_at for one in stretches]
    query = (
        select(Lecture)
        .where(
            Lecture.instructor_id.in_({one.instructor_id for one in stretches}),
            Lecture.state.in_([State.REQUESTED, State.CONFIRMED]),
            Lecture.starts_at >= min(starts) - _DAY,
            Lecture.starts_at <= max(starts) + _DAY,
        )
        .options(joinedload(Lecture.organisation), joinedload(Lecture.region))
    )
    others = session.scalars(query).all()
    return [_around(one, others, zone) for one in stretches]


def _around(this: Stretch, others: Sequence[Lecture], zone: ZoneInfo) -> DayAround:
    day = local_date(this.starts_at, zone)
    same: list[Stretch] = [
        other
        for other in others
        if other.id != this.id
        and other.instructor_id == this.instructor_id
        and local_date(other.starts_at, zone) == day
    ]
    ordered = sorted([this, *same], key=lambda one: one.starts_at)
    return DayAround(ordered, ways(_stop(one) for one in ordered))


def _stop(one: Stretch) -> Stop:
    online = one.format is Format.ONLINE
    place = None if online else Place(one.region_code, one.place)
    return Stop(one.starts_at, one.ends_at, place)


def waiting(session: Session, instructor_ids: Collection[int], *, besides: str) -> Waiting:
    """The requests to these instructors but the one with the number `besides`. One query."""
    query = (
        select(Lecture, func.count().over())
        .where(
            Lecture.instructor_id.in_(instructor_ids),
            Lecture.state == State.REQUESTED,
            Lecture.number != besides,
        )
        .order_by(Lecture.reply_due_at, Lecture.id)
        .limit(1)
    )
    found = session.execute(query).first()
    return Waiting(None, 0) if found is None else Waiting(*found)
