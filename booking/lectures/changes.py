"""What every change of a lecture leaves: a row of history, an event, a signal. No decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from blinker import Signal
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import json_values
from booking.accounts.models import User
from booking.errors import NotFound
from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine.events import OUTBOX_KINDS, Appointment, LectureEvent, ProposedChange
from booking.lectures.engine.facts import LectureFacts
from booking.lectures.engine.states import Command, EventKind, Party, State
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.outbox import service as outbox

lecture_changed = Signal("lecture_changed")
"""Signal sent with `session`, `lecture` and `event` inside the transaction of each change."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a lecture, by which command, why; the lecture has its new state already."""

    kind: EventKind
    source: State | None
    command: Command | None
    party: Party
    user_id: int | None
    now: datetime
    reason: str = ""
    sets_facts: bool = False
    """Whether the lecture's facts are set anew, so that the history keeps them."""
    before: Appointment | None = None
    proposal: ProposedChange | None = None


def locked(session: Session, number: str) -> Lecture:
    """A lecture with its row locked and read anew; raises `NotFound`."""
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


def touch(lecture: Lecture, now: datetime) -> None:
    """Set the instant of the last change, which grows with every change."""
    lecture.changed_at = max(now, lecture.changed_at + timedelta(seconds=1))


def own_hold(lecture: Lecture) -> Hold:
    """The hold of the lecture's own time; not yet in the session."""
    return Hold(
        instructor_id=lecture.instructor_id,
        lecture_id=lecture.id,
        starts_at=lecture.starts_at,
        ends_at=lecture.ends_at,
        region_code=None if lecture.format is Format.ONLINE else lecture.region.present_code,
        place=lecture.place,
        organisation_id=lecture.organisation_id,
    )


def record(session: Session, lecture: Lecture, change: Change) -> None:
    """Add the history row and the outbox event, send `lecture_changed`, and flush."""
    session.add(
        HistoryEntry(
            lecture_id=lecture.id,
            at=change.now,
            user_id=change.user_id,
            actor_name=_actor_name(change.user_id),
            party=change.party,
            command=change.command,
            source=change.source,
            target=lecture.state,
            reason=change.reason,
            facts=json_values.write(facts(lecture)) if change.sets_facts else None,
        )
    )
    event = snapshot(lecture, change)
    outbox.record(session, OUTBOX_KINDS[change.kind], event, now=change.now)
    lecture_changed.send(session, lecture=lecture, event=event)
    session.flush()


def _actor_name(user_id: int | None) -> Any:
    """The user's name as a scalar subquery of the INSERT; empty for the system."""
    if user_id is None:
        return ""
    return select(User.name).where(User.id == user_id).scalar_subquery()


def facts(lecture: Lecture) -> LectureFacts:
    """What the lecture promises now."""
    return LectureFacts(
        instructor_id=lecture.instructor_id,
        topic_id=lecture.topic_id,
        title=lecture.title,
        starts_at=lecture.starts_at,
        ends_at=lecture.ends_at,
        region_code=lecture.region_code,
        place=lecture.place,
        format=lecture.format,
        audience=lecture.audience,
        attendees=lecture.attendees,
        note=lecture.note,
    )


def appointment(lecture: Lecture) -> Appointment:
    """Who lectures when and where, with names, for events."""
    return Appointment(
        instructor_id=lecture.instructor_id,
        instructor=lecture.instructor.name,
        title=lecture.title,
        starts_at=lecture.starts_at,
        ends_at=lecture.ends_at,
        region=lecture.region.name,
        place=lecture.place,
        online=lecture.format is Format.ONLINE,
    )


def snapshot(lecture: Lecture, change: Change) -> LectureEvent:
    """The event of a change, with a copy of the lecture's columns."""
    return LectureEvent(
        kind=change.kind,
        at=lecture.changed_at,
        source=change.source,
        state=lecture.state,
        party=change.party,
        reason=change.reason,
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
        cancelled_late=lecture.cancelled_late,
        before=change.before,
        proposal=change.proposal,
    )
