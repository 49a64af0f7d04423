"""Reads the lectures and people of whom some are to be reminded now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.models import Membership, Organisation, User
from booking.lectures.engine.states import State
from booking.lectures.models import HistoryEntry, Lecture
from booking.notifications.choices import queries as choices
from booking.notifications.choices.engine.preferences import ReminderOffset
from booking.notifications.reminders.engine.due_times import LONGEST_AHEAD, due
from booking.notifications.reminders.models import LectureReminder

MOST = 1000
"""Lectures of one round; those that begin first come first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A confirmed lecture, and since when it stands at its time."""

    id: int
    starts_at: datetime
    settled_at: datetime
    instructor_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Found:
    """One person who is to be reminded of one lecture."""

    lecture_id: int
    user_id: int
    offset: ReminderOffset


def to_remind(session: Session, *, now: datetime, zone: ZoneInfo) -> Sequence[Found]:
    """Who is to be reminded of what at `now`. Four queries."""
    near = Lecture.starts_at <= now + LONGEST_AHEAD
    return _found(session, Lecture.starts_at > now, near, now=now, zone=zone)


def to_remind_of(
    session: Session, lecture_id: int, *, now: datetime, zone: ZoneInfo
) -> Sequence[Found]:
    """Who is to be reminded of one lecture, whose row is locked."""
    return _found(session, Lecture.id == lecture_id, now=now, zone=zone)


def _found(
    session: Session, *conditions: ColumnElement[bool], now: datetime, zone: ZoneInfo
) -> Sequence[Found]:
    lectures = _standing(session, *conditions)
    concerned = _people(session, lectures)
    ids = {user_id for one in lectures for user_id in concerned[one.id]}
    if not ids:
        return []
    preferences = choices.preferences_of_all(session, ids)
    sent = _sent(session, lectures)
    return [
        Found(one.id, user_id, offset)
        for one in lectures
        for user_id in sorted(concerned[one.id])
        if (
            offset := due(
                starts_at=one.starts_at,
                settled_at=one.settled_at,
                now=now,
                preferences=preferences[user_id],
                sent=sent[one.id, user_id, one.starts_at],
                zone=zone,
            )
        )
    ]


_SETTLED = (
    select(func.max(HistoryEntry.at))
    .where(
        HistoryEntry.lecture_id == Lecture.id,
        HistoryEntry.target == State.CONFIRMED,
        or_(HistoryEntry.source != State.CONFIRMED, HistoryEntry.facts.is_not(None)),
    )
    .correlate(Lecture)
    .scalar_subquery()
)
"""When the lecture was confirmed, or moved, last."""


def _standing(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Standing]:
    query = (
        select(
            Lecture.id,
            Lecture.starts_at,
            func.coalesce(_SETTLED, Lecture.changed_at, type_=Lecture.changed_at.type),
            Lecture.instructor_id,
            func.coalesce(Organisation.merged_into_id, Organisation.id),
        )
        .join(Lecture.organisation)
        .where(Lecture.state == State.CONFIRMED, *conditions)
        .order_by(Lecture.starts_at, Lecture.id)
        .limit(MOST)
    )
    return [Standing(*row) for row in session.execute(query)]


def _people(session: Session, lectures: Sequence[Standing]) -> Mapping[int, frozenset[int]]:
    """The active people with an address or number of both sides of each lecture, by its id."""
    by_instructor: dict[int, set[int]] = defaultdict(set)
    by_organisation: dict[int, set[int]] = defaultdict(set)
    query = select(Membership.instructor_id, Membership.organisation_id, User.id).join(
        User, User.id == Membership.user_id
    )
    sides = or_(
        Membership.instructor_id.in_({one.instructor_id for one in lectures}),
        Membership.organisation_id.in_({one.organisation_id for one in lectures}),
    )
    reached = query.where(sides, User.active, User.email.is_not(None) | User.phone.is_not(None))
    for instructor_id, organisation_id, user_id in session.execute(reached):
        if instructor_id is not None:
            by_instructor[instructor_id].add(user_id)
        if organisation_id is not None:
            by_organisation[organisation_id].add(user_id)
    return {
        one.id: frozenset(by_instructor[one.instructor_id] | by_organisation[one.organisation_id])
        for one in lectures
    }


def _sent(
    session: Session, lectures: Sequence[Standing]
) -> Mapping[tuple[int, int, datetime], Collection[ReminderOffset]]:
    """The offsets recorded, by lecture, person and start."""
    found: dict[tuple[int, int, datetime], set[ReminderOffset]] = defaultdict(set)
    query = select(LectureReminder).where(
        LectureReminder.lecture_id.in_([one.id for one in lectures])
    )
    for row in session.scalars(query):
        found[row.lecture_id, row.user_id, row.starts_at].add(row.offset)
    return found


def is_concerned(session: Session, lecture: Lecture, user_id: int) -> bool:
    """Whether somebody still takes part in a confirmed lecture and can be reached by mail."""
    found = _standing(session, Lecture.id == lecture.id)
    return any(user_id in people for people in _people(session, found).values())


def lectures_of(found: Sequence[Found]) -> Iterator[int]:
    """The ids of the lectures, each once, in their order."""
    yield from dict.fromkeys(one.lecture_id for one in found)
