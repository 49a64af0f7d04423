"""Request a lecture and move it along its life. The caller owns the transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blinker import Signal
from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session, joinedload, lazyload

from booking import outbox
from booking.accounts.models import Organisation, Region
from booking.accounts.service import unknown_region
from booking.availability.hours import local_date
from booking.availability.limits import DaySpan
from booking.availability.offers import Ask
from booking.availability.travel import Place
from booking.errors import Invalid, NotFound
from booking.instructors.models import Instructor, Topic
from booking.instructors.vocabulary import Audience, Format
from booking.lectures import lifecycle, policy
from booking.lectures.events import KIND_OF_STATE, LectureEvent
from booking.lectures.holds import is_held
from booking.lectures.lifecycle import Command, Party, State, Times
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.lectures.queries import NEAREST_WITHIN, diaries

lecture_changed = Signal("lecture_changed")
"""Sent with `session`, `lecture` and `event` inside the transaction of each change."""


_STEP = text(
    "INSERT INTO lecture_counter (year, last) VALUES (:year, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = lecture_counter.last + 1 RETURNING last"
)


_LOCKED = (
    select(Instructor)
    .where(Instructor.id == bindparam("instructor"), Instructor.listed)
    .options(joinedload(Instructor.region, innerjoin=True))
    .with_for_update(of=Instructor)
    .execution_options(populate_existing=True)
)

_WANTED = (
    select(Topic, Organisation, Region)
    .select_from(Topic)
    .outerjoin(Organisation, Organisation.id == bindparam("organisation"))
    .outerjoin(Region, Region.code == bindparam("region"))
    .where(Topic.id == bindparam("topic"))
    .options(lazyload(Organisation.region))
    .execution_options(populate_existing=True)
)
"""Of the topic one row, whatever else is missing."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a branch asks for. `starts_at` is an aware instant."""

    instructor_id: int
    topic_id: int
    organisation_id: int
    starts_at: datetime
    region_code: str
    place: str
    format: Format = Format.LECTURE
    audience: Audience | None = None
    attendees: int | None = None
    note: str = ""


def request_lecture(
    session: Session, *, wish: Wish, user_id: int | None, now: datetime, zone: ZoneInfo
) -> Lecture:
    """Ask an instructor for a lecture: the time is held from now on.

    Raises `NotBookable` or one of its kinds when the time is not on offer, `Invalid`
    when a value does not fit, `NotFound` for a topic that is not this instructor's.
    """
    _check(wish)
    instructor = _locked_instructor(session, wish.instructor_id)
    topic, organisation, region = _wanted(session, wish)
    _check_slot(session, wish, asked(wish, topic), now=now, zone=zone)
    lecture = Lecture(
        uid=f"{uuid.uuid4()}@yueke",
        number=_next_number(session, local_date(now, zone).year),
        state=State.REQUESTED,
        sequence=0,
        instructor=instructor,
        organisation=organisation,
        topic_id=topic.id,
        requested_by=user_id,
        title=topic.title,
        starts_at=wish.starts_at,
        ends_at=wish.starts_at + timedelta(minutes=topic.minutes),
        time_zone=zone.key,
        region=region,
        place=wish.place.strip(),
        format=wish.format,
        audience=wish.audience,
        attendees=wish.attendees,
        note=wish.note.strip(),
        reply_due_at=policy.reply_due(now, wish.starts_at, zone),
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
            region_code=None if wish.format is Format.ONLINE else region.code,
            place=lecture.place,
            organisation_id=organisation.id,
        )
    )
    # The database may still refuse (`ex_hold_no_overlap`): it must do so here.
    session.flush()
    _write_down(session, lecture, None, Party.BRANCH, user_id, None, "", now)
    return lecture


def move_on(
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
    reason = reason.strip()
    if len(reason) > policy.LONGEST_REASON:
        raise Invalid(_("The reason is too long: at most 500 characters."), field="reason")
    lecture = _locked_lecture(session, number)
    times = Times(now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    row = lifecycle.take(lecture.state, command, parties, times, reason)
    party = next(one for one in Party if one in row.who & parties)
    source, lecture.state = lecture.state, row.target
    if command is not Command.DELIVER:
        lecture.sequence += 1
    lecture.changed_at = max(now, lecture.changed_at + timedelta(seconds=1))
    if row.releases:
        session.execute(delete(Hold).where(Hold.lecture_id == lecture.id))
    session.flush()
    _write_down(session, lecture, source, party, user_id, command, reason, now)
    return lecture


def due(session: Session, *, command: Command, now: datetime, limit: int = 200) -> list[str]:
    """Numbers of the lectures that the system must expire or take for delivered."""
    query = select(Lecture.number).order_by(Lecture.id).limit(limit)
    if command is Command.EXPIRE:
        query = query.where(Lecture.state == State.REQUESTED, Lecture.reply_due_at <= now)
    else:
        limit_at = now - policy.DELIVERED_AFTER
        query = query.where(Lecture.state == State.CONFIRMED, Lecture.ends_at <= limit_at)
    return list(session.scalars(query))


def _check(wish: Wish) -> None:
    """Refuse values that do not fit."""
    if not wish.place.strip():
        raise Invalid(_("Say where the lecture takes place."), field="place")
    if len(wish.place) > policy.LONGEST_PLACE:
        raise Invalid(_("The place is too long: at most 200 characters."), field="place")
    if len(wish.note) > policy.LONGEST_NOTE:
        raise Invalid(_("The note is too long: at most 1000 characters."), field="note")
    if wish.attendees is not None and not 0 < wish.attendees <= policy.MOST_ATTENDEES:
        raise Invalid(
            _("The number of listeners must lie between 1 and 100000."), field="attendees"
        )


def _wanted(session: Session, wish: Wish) -> tuple[Topic, Organisation, Region]:
    """What is asked for, by whom, and where, as it is now that the instructor is locked."""
    values = {
        "topic": wish.topic_id,
        "organisation": wish.organisation_id,
        "region": wish.region_code,
    }
    found = session.execute(_WANTED, values).one_or_none()
    topic, organisation, region = found or (None, None, None)
    if topic is None or topic.instructor_id != wish.instructor_id or not topic.active:
        raise NotFound(_("This topic is no longer offered. Choose another."))
    if organisation is None:
        raise NotFound()
    if region is None:
        raise unknown_region()
    return topic, organisation, region


def asked(wish: Wish, topic: Topic) -> Ask:
    """What a wish asks of the instructor's time."""
    return Ask(
        minutes=topic.minutes,
        place=None if wish.format is Format.ONLINE else Place(wish.region_code, wish.place.strip()),
        organisation_id=wish.organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to),
    )


def refuse_if_held(
    session: Session, wish: Wish, topic: Topic, *, now: datetime, zone: ZoneInfo
) -> None:
    """Refuse a time that a lecture holds already, without being a writer.

    It only spares those who come too late the queue of the writers, and spares the writers
    them: `request_lecture` looks again, where nobody can come between.
    """
    if is_held(session, wish.instructor_id, wish.starts_at):
        _check_slot(session, wish, asked(wish, topic), now=now, zone=zone)


def _check_slot(session: Session, wish: Wish, ask: Ask, *, now: datetime, zone: ZoneInfo) -> None:
    """Refuse a time that is not on offer, by the same function that lists the offer."""
    day = local_date(wish.starts_at, zone)
    diary = diaries(
        session,
        [wish.instructor_id],
        first=day - NEAREST_WITHIN,
        last=day + NEAREST_WITHIN,
        now=now,
        zone=zone,
    )
    refused = diary.why_not(wish.instructor_id, ask, wish.starts_at)
    if refused is None:
        return
    error = policy.refusal(refused, wish.organisation_id)
    error.nearest = tuple(diary.nearest(wish.instructor_id, ask, wish.starts_at))
    raise error


def _locked_instructor(session: Session, instructor_id: int) -> Instructor:
    """The instructor, locked: on SQLite the transaction already is the only writer."""
    instructor = session.scalars(_LOCKED, {"instructor": instructor_id}).one_or_none()
    if instructor is None:
        raise NotFound(_("This instructor is no longer in the register."))
    return instructor


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
            party=party,
            command=command,
            source=source,
            target=lecture.state,
            reason=reason,
        )
    )
    event = snapshot(lecture, source=source, reason=reason)
    outbox.record(session, event.kind, event.payload(), now=now)
    lecture_changed.send(session, lecture=lecture, event=event)
    session.flush()


def snapshot(lecture: Lecture, *, source: State | None, reason: str) -> LectureEvent:
    """The lecture as an event tells of it."""
    return LectureEvent(
        kind=KIND_OF_STATE[lecture.state],
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
