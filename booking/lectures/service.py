"""Request a lecture and move it along its life. The caller owns the transaction."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from blinker import Signal
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, select, text
from sqlalchemy.orm import Session

from booking import outbox
from booking.accounts.models import User
from booking.availability.engine.hours import local_date
from booking.availability.engine.offers import Availability
from booking.errors import Invalid, NotFound
from booking.installation import uid_suffix
from booking.instructors.engine.vocabulary import Format
from booking.lectures import booking_requests
from booking.lectures.engine import lifecycle, policy
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.lifecycle import Command, EventKind, Party, State, Times
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.lectures.quotas import service as quotas
from booking.text import plain

lecture_changed = Signal("lecture_changed")
"""Sent with `session`, `lecture` and `event` inside the transaction of each change."""


_STEP = text(
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
    """Ask an instructor for a lecture: the time is held from now on.

    `known` are the hours around it if they were read a moment ago (`wishes.check_early`).
    Raises `NotBookable` or one of its kinds when the time is not on offer, `Invalid`
    when a value does not fit, `NotFound` for a topic that is not this instructor's, and
    `TooManyOpen` or `TooManyToday` when the branch has as many requests as it may have.
    """
    booking_requests.check_values(booking_request)
    # Bookings depend on hours, and hours on no booking: read before the lock, they are as good
    # as read a moment earlier, and those who wait for the lock wait half as long.
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
    # The database may still refuse (`ex_hold_no_overlap`): it does so before this returns.
    _write_down(session, lecture, EventKind.REQUESTED, None, Party.BRANCH, user_id, None, "", now)
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
    """Carry out a command of the transition table on a lecture.

    The row is locked and read anew, so that of two people only the first succeeds; the
    second gets `StateMovedOn` (409).
    """
    reason = plain(reason).strip()
    if len(reason) > policy.LONGEST_REASON:
        raise Invalid(_("The reason is too long: at most 500 characters."), field="reason")
    lecture = _locked_lecture(session, number)
    times = Times(now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    row = lifecycle.take(lecture.state, command, parties, times, reason)
    party = next(one for one in Party if one in row.who & parties)
    source, lecture.state = lecture.state, row.target
    lecture.sequence += row.raises_sequence
    lecture.changed_at = max(now, lecture.changed_at + timedelta(seconds=1))
    if row.releases:
        session.execute(delete(Hold).where(Hold.lecture_id == lecture.id))
    session.flush()
    _write_down(session, lecture, row.event, source, party, user_id, command, reason, now)
    return lecture


def due(session: Session, *, command: Command, now: datetime, limit: int = 200) -> list[str]:
    """Numbers of the lectures that the system must expire or take for delivered."""
    query = select(Lecture.number).where(is_due(command, now)).order_by(Lecture.id).limit(limit)
    return list(session.scalars(query))


def is_due(command: Command, now: datetime) -> ColumnElement[bool]:
    """The lectures that the system must expire (or take for delivered) at an instant."""
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
    """The next number of a year, without gaps: YK-2026-000123."""
    last = session.scalar(_STEP, {"year": year})
    return f"YK-{year}-{last:06d}"


def _write_down(
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
    """One row of history, one event in the outbox, and a word to whoever listens."""
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
    outbox.record(session, event.kind, event.payload(), now=now)
    lecture_changed.send(session, lecture=lecture, event=event)
    session.flush()


def _actor_name(user_id: int | None) -> Any:
    """The name of whoever acts, read by the INSERT itself."""
    if user_id is None:
        return ""
    return select(User.name).where(User.id == user_id).scalar_subquery()


def snapshot(
    lecture: Lecture, *, kind: EventKind, source: State | None, reason: str
) -> LectureEvent:
    """The lecture as an event tells of it."""
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
