"""Read the lectures of a calendar, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation
from booking.availability.engine.zones import day_bounds, local_date
from booking.instructors.models import Instructor
from booking.lectures.engine.readers import REVIEW
from booking.lectures.engine.states import State
from booking.lectures.engine.transitions import HOLDING
from booking.lectures.models import Hold, Lecture
from booking.lectures.overview import in_scope
from booking.lectures.proposals.models import ProposalOption

MOST = 300
"""Lectures of one page."""

Entry = Row[str, str, datetime, datetime, State, str, str, int]
"""A lecture: number, title, start, end, state, instructor, organisation, and the total number."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The first `MOST` lectures by the local day on which they begin, and their total number."""

    by_day: dict[date, list[Entry]]
    shown: int
    total: int


def of_instructors(ids: Collection[int]) -> ColumnElement[bool]:
    """SQL condition: a lecture of one of these instructors that they know of."""
    return and_(Lecture.instructor_id.in_(ids), Lecture.state.not_in(REVIEW))


def of_organisations(ids: Collection[int]) -> ColumnElement[bool]:
    """SQL condition: a lecture for one of these organisations."""
    return Lecture.organisation_id.in_(ids)


def held_by(ids: Collection[int]) -> ColumnElement[bool]:
    """SQL condition: a proposed time of one of these instructors, of another's lecture too."""
    return Hold.instructor_id.in_(ids)


def of_regions(who: Actor) -> ColumnElement[bool]:
    """SQL condition: a lecture in the scope of a coordinator, as on the board."""
    return in_scope(who)


ProposedTime = Row[str, str, datetime, datetime, str, str]
"""A time that is proposed for a lecture: number, title, start, end, instructor, organisation."""


def proposed_times(
    session: Session, condition: ColumnElement[bool], *, first: date, last: date, zone: ZoneInfo
) -> dict[date, list[ProposedTime]]:
    """The held times of open proposals on the days `first` to `last`, by day. One query."""
    query = (
        select(
            Lecture.number,
            ProposalOption.title,
            Hold.starts_at,
            Hold.ends_at,
            Instructor.name.label("instructor"),
            Organisation.name.label("organisation"),
        )
        .join(ProposalOption, ProposalOption.id == Hold.option_id)
        .join(Lecture, Lecture.id == Hold.lecture_id)
        .join(Instructor, Instructor.id == Hold.instructor_id)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .where(
            condition,
            Hold.starts_at >= day_bounds(first, zone)[0],
            Hold.starts_at < day_bounds(last, zone)[1],
        )
        .order_by(Hold.starts_at, Hold.id)
        .limit(MOST)
    )
    by_day: dict[date, list[ProposedTime]] = defaultdict(list)
    for row in session.execute(query):
        by_day[local_date(row.starts_at, zone)].append(row)
    return by_day


def entries(
    session: Session,
    condition: ColumnElement[bool],
    *,
    first: date,
    last: date,
    zone: ZoneInfo,
    states: Collection[State] = HOLDING,
) -> Entries:
    """The lectures that begin on the days `first` to `last`, both inclusive, by start."""
    query = (
        select(
            Lecture.number,
            Lecture.title,
            Lecture.starts_at,
            Lecture.ends_at,
            Lecture.state,
            Instructor.name.label("instructor"),
            Organisation.name.label("organisation"),
            func.count().over().label("total"),
        )
        .join(Instructor, Instructor.id == Lecture.instructor_id)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .where(
            condition,
            Lecture.state.in_(states),
            Lecture.starts_at >= day_bounds(first, zone)[0],
            Lecture.starts_at < day_bounds(last, zone)[1],
        )
        .order_by(Lecture.starts_at, Lecture.id)
        .limit(MOST)
    )
    rows: Sequence[Entry] = session.execute(query).all()
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for row in rows:
        by_day[local_date(row.starts_at, zone)].append(row)
    return Entries(by_day, len(rows), rows[0].total if rows else 0)
