"""Write operations on lectures: request and state changes. The caller owns the transaction."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, select, text
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.availability.engine.offers import Availability
from booking.availability.engine.zones import local_date
from booking.availability.queries import calendar_days
from booking.installation import uid_suffix
from booking.lectures import booking_requests, changes
from booking.lectures.changes import Change
from booking.lectures.engine import lifecycle, policy
from booking.lectures.engine.agreement import ProposalState
from booking.lectures.engine.guards import Times
from booking.lectures.engine.states import Command, EventKind, Party, State
from booking.lectures.engine.transitions import WAITING, Transition
from booking.lectures.models import Hold, Lecture
from booking.lectures.proposals.open_proposals import end, open_proposal
from booking.lectures.quotas import service as quotas
from booking.lectures.reviews import queries as reviews
from booking.settings.engine.declarations import REPLY_DAYS
from booking.settings.queries import in_force
from booking.text import plain

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
    party: Party = Party.BRANCH,
    confirmed: bool = False,
) -> Lecture:
    """Store a booking request as a lecture with its hold: SUBMITTED for review, or REQUESTED.

    `party` is the capacity of who books: the branch, or a coordinator on its behalf. `confirmed`
    stores it as CONFIRMED, for an instructor who has agreed beforehand. `known` is the availability
    by instructor id if it was just read (`booking_requests.check_early`). Raises `NotBookable` or a
    subclass when the slot is not offered, `Invalid` for an invalid value, `NotFound` for a topic of
    another instructor, and `TooManyOpen` or `TooManyToday` when a request limit of the branch is
    reached.
    """
    booking_requests.check_values(booking_request)
    # Hours do not depend on bookings, so reading them before the lock is safe (the same as if the
    # transaction had begun slightly earlier) and halves the wait of others for the lock.
    known = known or booking_requests.hours_around(session, booking_request, now=now, zone=zone)
    branch = quotas.check(session, booking_request.organisation_id, now=now, zone=zone)
    booking_request = replace(booking_request, organisation_id=branch)
    instructor, topic, organisation, region = booking_requests.locked(session, booking_request)
    booking_request = replace(booking_request, region_code=region.code)
    booking_requests.check_slot(
        session,
        booking_request,
        booking_requests.asked(booking_request, topic),
        known,
        now=now,
        zone=zone,
    )
    state = _first_state(session, organisation, party, confirmed)
    lecture = Lecture(
        uid=f"{uuid.uuid4()}{uid_suffix(session)}",
        number=_next_number(session, local_date(now, zone).year),
        state=state,
        sequence=0,
        instructor=instructor,
        instructor_id=instructor.id,
        organisation=organisation,
        organisation_id=organisation.id,
        topic_id=topic.id,
        requested_by=user_id,
        title=topic.title,
        starts_at=booking_request.starts_at,
        ends_at=booking_request.starts_at + timedelta(minutes=topic.minutes),
        time_zone=zone.key,
        region=region,
        region_code=region.code,
        place=plain(booking_request.place).strip(),
        format=booking_request.format,
        audience=booking_request.audience,
        attendees=booking_request.attendees,
        note=plain(booking_request.note).strip(),
        reply_due_at=policy.reply_due(
            now, booking_request.starts_at, zone, days=in_force(REPLY_DAYS)
        ),
        cancelled_late=False,
        created_at=now,
        changed_at=now,
    )
    session.add(lecture)
    session.flush()
    session.add(changes.own_hold(lecture))
    # `ex_hold_no_overlap` may still reject the hold: at the flush below, before this returns.
    changes.record(
        session,
        lecture,
        Change(_FIRST_EVENTS[state], None, None, party, user_id, now, sets_facts=True),
    )
    return lecture


_FIRST_EVENTS = {
    State.SUBMITTED: EventKind.SUBMITTED,
    State.REQUESTED: EventKind.REQUESTED,
    State.CONFIRMED: EventKind.CONFIRMED,
}


def _first_state(
    session: Session, organisation: Organisation, party: Party, confirmed: bool
) -> State:
    """The state in which a new lecture begins; what a coordinator books needs no review."""
    if confirmed:
        return State.CONFIRMED
    if party is Party.BRANCH and reviews.required(session, organisation):
        return State.SUBMITTED
    return State.REQUESTED


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
    """Apply a plain command of the transition table to a lecture; returns the changed lecture.

    The row is locked and refreshed first, so that of two concurrent commands only the first
    succeeds; the second raises `StateMovedOn` (409).
    """
    reason = policy.checked_reason(reason)
    lecture = changes.locked(session, number)
    times = Times(now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    transition = lifecycle.take(lecture.state, command, parties, times, reason)
    if not transition.plain:
        raise ValueError(f"{command} needs more than a reason")
    party = next(party for party in Party if party in transition.who & parties)
    change_state(
        session,
        lecture,
        transition,
        Change(transition.event, lecture.state, command, party, user_id, now, reason),
    )
    return lecture


def change_state(
    session: Session, lecture: Lecture, transition: Transition, change: Change
) -> None:
    """Carry out a permitted transition on a locked lecture.

    Proposals of another time end with the answer to the request and with the lecture.
    """
    lecture.state, now = transition.target, change.now
    lecture.sequence += transition.raises_sequence
    changes.touch(lecture, now)
    if transition.command is Command.CANCEL:
        lecture.cancelled_late = is_late(session, lecture, now)
    if lecture.state in WAITING and change.command is not Command.UNDO:
        zone = ZoneInfo(lecture.time_zone)
        lecture.reply_due_at = policy.reply_due(
            now, lecture.starts_at, zone, days=in_force(REPLY_DAYS)
        )
        lecture.reminded_at = None
    if transition.source is not transition.target:
        proposal = open_proposal(session, lecture.id)
        if proposal is not None:
            end(session, proposal, ProposalState.CLOSED, now)
    if transition.releases:
        session.execute(delete(Hold).where(Hold.lecture_id == lecture.id))
    if transition.acquires:
        session.add(changes.own_hold(lecture))
    session.flush()
    changes.record(session, lecture, change)


def is_late(session: Session, lecture: Lecture, now: datetime) -> bool:
    """Whether a cancellation at `now` is late (`policy.is_late`)."""
    zone = ZoneInfo(lecture.time_zone)
    today, day = local_date(now, zone), local_date(lecture.starts_at, zone)
    kinds = {date: known.kind for date, known in calendar_days(session, today, day).items()}
    return policy.is_late(today, day, kinds)


def due(session: Session, *, command: Command, now: datetime, limit: int = 200) -> list[str]:
    """Numbers of the lectures that are due to expire, or to be marked as delivered."""
    query = select(Lecture.number).where(is_due(command, now)).order_by(Lecture.id).limit(limit)
    return list(session.scalars(query))


def is_due(command: Command, now: datetime) -> ColumnElement[bool]:
    """SQL condition: the lecture is due for a command (EXPIRE or DELIVER) at `now`."""
    if command is Command.EXPIRE:
        return and_(Lecture.state.in_(WAITING), Lecture.reply_due_at <= now)
    return and_(Lecture.state == State.CONFIRMED, Lecture.ends_at <= now - policy.DELIVERED_AFTER)


def _next_number(session: Session, year: int) -> str:
    """The next lecture number of a year, without gaps: YK-2026-000123."""
    last = session.scalar(_INCREMENT_COUNTER, {"year": year})
    return f"YK-{year}-{last:06d}"
