"""Write operations on lectures: request, state changes. The caller owns the transaction."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from blinker import Signal
from sqlalchemy import ColumnElement, and_, delete, select, text
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.availability.engine.hours import local_date
from booking.availability.engine.offers import Availability
from booking.errors import Invalid, NotFound
from booking.installation import uid_suffix
from booking.instructors.engine.vocabulary import Format
from booking.lectures import booking_requests
from booking.lectures.engine import lifecycle, policy
from booking.lectures.engine.events import OUTBOX_KINDS, LectureEvent
from booking.lectures.engine.lifecycle import Command, EventKind, Party, State, Times
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.lectures.quotas import service as quotas
from booking.outbox import service as outbox
from booking.text import plain

lecture_changed = Signal("lecture_changed")
"""Signal sent with `session`, `lecture` and `event` inside the transaction of each change."""


_INCREMENT_COUNTER = text(
    "INSERT INTO lecture_counter (year, last) VALUES (:year, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = lecture_counter.last + 1 RETURNING last"
)


def request_lecture(
    session: Session,
    *,
    booking_request: booking_requests.BookingRequest,
    user_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    known: dict[int, Availability] | None = None,
) -> Lecture:
    """Store a booking request as a lecture in state REQUESTED, with its hold.

    `known` is the availability by instructor id if it was just read
    (`booking_requests.check_early`). Raises `NotBookable` or a subclass when the slot is not
    offered, `Invalid` for an invalid value, `NotFound` for a topic of another instructor, and
    `TooManyOpen` or `TooManyToday` when a request limit of the branch is reached.
    """
    booking_requests.check_values(booking_request)
    # Hours do not depend on bookings, so reading them before the lock is safe (the same as if the
    # transaction had begun slightly earlier) and halves the wait of others for the lock.
    known = known or booking_requests.hours_around(session, booking_request, now=now, zone=zone)
    quotas.check(session, booking_request.organisation_id, now=now, zone=zone)
    instructor, topic, organisation, region = booking_requests.locked(session, booking_request)
    booking_requests.check_slot(
        session,
        booking_request,
        booking_requests.asked(booking_request, topic),
        known,
        now=now,
        zone=zone,
    )
    lecture = Lecture(
        uid=f"{uuid.uuid4()}{uid_suffix(session)}",
        number=_next_number(session, local_date(now, zone).year),
        state=State.REQUESTED,
        sequence=0,
        instructor=instructor,
        organisation=organisation,
        topic_id=topic.id,
        requested_by=user_id,
        title=topic.title,
        starts_at=booking_request.starts_at,
        ends_at=booking_request.starts_at + timedelta(minutes=topic.minutes),
        time_zone=zone.key,
        region=region,
        place=plain(booking_request.place).strip(),
        format=booking_request.format,
        audience=booking_request.audience,
        attendees=booking_request.attendees,
        note=plain(booking_request.note).strip(),
        reply_due_at=policy.reply_due(now, booking_request.starts_at, zone),
        created_at=now,
        changed_at=now,
    )
    session.add(lecture)
    session.flush()
    session.add(
        Hold(
            instructor_id=instructor.id,
            lecture_id=lecture.id,
            starts_at=lecture.starts_at,
            ends_at=lecture.ends_at,
            region_code=None if booking_request.format is Format.ONLINE else region.code,
            place=lecture.place,
            organisation_id=organisation.id,
        )
    )
    # `ex_hold_no_overlap` may still reject the hold: at the flush below, before this returns.
    _record_change(
        session, lecture, EventKind.REQUESTED, None, Party.BRANCH, user_id, None, "", now
    )
    return lecture


def apply_command(
    session: Session,
    *,
    number: str,
    command: Command,
    parties: frozenset[Party],
    user_id: int | None,
    now: datetime,
    reason: str = "",
) -> Lecture:
    """Apply a command of the transition table to a lecture; returns the changed lecture.

    The row is locked and refreshed first, so that of two concurrent commands only the first
    succeeds; the second raises `StateMovedOn` (409).
    """
    reason = plain(reason).strip()
    if len(reason) > policy.LONGEST_REASON:
        raise Invalid(policy.REASON_TOO_LONG, field="reason")
    lecture = _locked_lecture(session, number)
    times = Times(now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    transition = lifecycle.take(lecture.state, command, parties, times, reason)
    party = next(party for party in Party if party in transition.who & parties)
    source, lecture.state = lecture.state, transition.target
    lecture.sequence += transition.raises_sequence
    lecture.changed_at = max(now, lecture.changed_at + timedelta(seconds=1))
    if transition.releases:
        session.execute(delete(Hold).where(Hold.lecture_id == lecture.id))
    session.flush()
    _record_change(session, lecture, transition.event, source, party, user_id, command, reason, now)
    return lecture


def due(session: Session, *, command: Command, now: datetime, limit: int = 200) -> list[str]:
    """Numbers of the lectures that are due to expire, or to be marked as delivered."""
    query = select(Lecture.number).where(is_due(command, now)).order_by(Lecture.id).limit(limit)
    return list(session.scalars(query))


def is_due(command: Command, now: datetime) -> ColumnElement[bool]:
    """SQL condition: the lecture is due for a command (EXPIRE or DELIVER) at `now`."""
    if command is Command.EXPIRE:
        return and_(Lecture.state == State.REQUESTED, Lecture.reply_due_at <= now)
    return and_(Lecture.state == State.CONFIRMED, Lecture.ends_at <= now - policy.DELIVERED_AFTER)


def _locked_lecture(session: Session, number: str) -> Lecture:
    query = (
        select(Lecture)
        .where(Lecture.number == number)
        .with_for_update(of=Lecture)
        .execution_options(populate_existing=True)
    )
    lecture = session.scalars(query).one_or_none()
    if lecture is None:
        raise NotFound()
    return lecture


def _next_number(session: Session, year: int) -> str:
    """The next lecture number of a year, without gaps: YK-2026-000123."""
    last = session.scalar(_INCREMENT_COUNTER, {"year": year})
    return f"YK-{year}-{last:06d}"


def _record_change(
    session: Session,
    lecture: Lecture,
    kind: EventKind,
    source: State | None,
    party: Party,
    user_id: int | None,
    command: Command | None,
    reason: str,
    now: datetime,
) -> None:
    """Add the history row and the outbox event, send `lecture_changed`, and flush."""
    session.add(
        HistoryEntry(
            lecture_id=lecture.id,
            at=now,
            user_id=user_id,
            actor_name=_actor_name(user_id),
            party=party,
            command=command,
            source=source,
            target=lecture.state,
            reason=reason,
        )
    )
    event = snapshot(lecture, kind=kind, source=source, reason=reason)
    outbox.record(session, OUTBOX_KINDS[kind], event, now=now)
    lecture_changed.send(session, lecture=lecture, event=event)
    session.flush()


def _actor_name(user_id: int | None) -> Any:
    """The user's name as a scalar subquery of the INSERT; empty for the system."""
    if user_id is None:
        return ""
    return select(User.name).where(User.id == user_id).scalar_subquery()


def snapshot(
    lecture: Lecture, *, kind: EventKind, source: State | None, reason: str
) -> LectureEvent:
    """The event for the current state of a lecture, with a copy of its columns."""
    return LectureEvent(
        kind=kind,
        at=lecture.changed_at,
        source=source,
        reason=reason,
        lecture_id=lecture.id,
        uid=lecture.uid,
        number=lecture.number,
        sequence=lecture.sequence,
        title=lecture.title,
        starts_at=lecture.starts_at,
        ends_at=lecture.ends_at,
        time_zone=lecture.time_zone,
        region=lecture.region.name,
        place=lecture.place,
        online=lecture.format is Format.ONLINE,
        attendees=lecture.attendees,
        note=lecture.note,
        instructor_id=lecture.instructor_id,
        instructor=lecture.instructor.name,
        organisation_id=lecture.organisation_id,
        organisation=lecture.organisation.name,
        reply_due_at=lecture.reply_due_at,
        created_at=lecture.created_at,
    )
