"""Files the record of a lecture after its time. The caller owns the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.availability.queries import slot_template
from booking.errors import Invalid
from booking.lectures import changes, service
from booking.lectures.changes import Change
from booking.lectures.engine import lifecycle, policy
from booking.lectures.engine.errors import RecordClosed
from booking.lectures.engine.guards import Times
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import Transition
from booking.lectures.models import Lecture
from booking.lectures.records.engine.credit_hours import credit_hours
from booking.lectures.records.engine.policy import CORRECTED_WITHIN, can_file, plausible
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.text import is_blank, plain


@dataclass(frozen=True, slots=True)
class Held:
    """What took place; instants are aware."""

    started_at: datetime
    ended_at: datetime
    listeners: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """Who files a record, and when."""

    parties: frozenset[Party]
    user_id: int | None
    now: datetime


def as_planned(lecture: Lecture) -> Held:
    """What took place if everything was as agreed."""
    return Held(lecture.starts_at, lecture.ends_at, lecture.attendees)


def file(
    session: Session,
    *,
    number: str,
    held: Held | None,
    filing: Filing,
    minutes_per_hour: int,
) -> Lecture:
    """File or correct what took place; None is as planned. A confirmed lecture becomes delivered.

    Raises `Invalid` for a value that cannot be, `RecordClosed`, and what `lifecycle.take` raises.
    """
    lecture = changes.locked(session, number)
    command = Command.DELIVER if lecture.state is State.CONFIRMED else Command.RECORD
    row = _take(lecture, command, filing)
    held = held or as_planned(lecture)
    _check(held, lecture, filing.now)
    template = slot_template(session, lecture.region.present_code)
    record = _record(session, lecture, row, filing)
    record.outcome = LectureOutcome.HELD
    record.started_at, record.ended_at = held.started_at, held.ended_at
    record.listeners = held.listeners
    record.note = plain(held.note).strip()
    record.credit_hours = credit_hours(
        held.started_at,
        held.ended_at,
        minutes_per_hour=minutes_per_hour,
        template=template,
        zone=ZoneInfo(lecture.time_zone),
    )
    _change(session, lecture, row, filing)
    return lecture


def not_held(
    session: Session, *, number: str, outcome: LectureOutcome, note: str, filing: Filing
) -> Lecture:
    """Record that a lecture did not take place, and why.

    Raises `Invalid` for an outcome that says nothing, `RecordClosed`, and what `lifecycle.take`
    raises.
    """
    if outcome is LectureOutcome.HELD:
        raise Invalid(_("Choose why the lecture did not take place."), field="outcome")
    if outcome is LectureOutcome.OTHER and is_blank(note):
        raise Invalid(_("Say in a few words why it did not take place."), field="why")
    note = _checked_note(note, field="why")
    lecture = changes.locked(session, number)
    row = _take(lecture, Command.NOT_HELD, filing)
    record = _record(session, lecture, row, filing)
    record.outcome, record.note = outcome, note
    record.started_at = record.ended_at = record.listeners = record.credit_hours = None
    _change(session, lecture, row, filing, note)
    return lecture


def _take(lecture: Lecture, command: Command, filing: Filing) -> Transition:
    times = Times(filing.now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    row = lifecycle.take(lecture.state, command, filing.parties, times, "")
    if not can_file(filing.parties, ends_at=lecture.ends_at, now=filing.now):
        raise RecordClosed(CORRECTED_WITHIN.days)
    return row


def _check(held: Held, lecture: Lecture, now: datetime) -> None:
    if not plausible(held.started_at, held.ended_at, planned=lecture.starts_at, now=now):
        raise Invalid(
            _("The lecture began and ended around the agreed time, and not in the future."),
            field="ended",
        )
    if held.listeners is not None and not 0 <= held.listeners <= policy.MOST_ATTENDEES:
        raise Invalid(policy.WRONG_LISTENERS, field="listeners")
    _checked_note(held.note, field="note")


def _checked_note(note: str, *, field: str) -> str:
    note = plain(note).strip()
    if len(note) > policy.LONGEST_NOTE:
        raise Invalid(policy.NOTE_TOO_LONG, field=field)
    return note


def _party(row: Transition, filing: Filing) -> Party:
    return next(party for party in Party if party in row.who & filing.parties)


def _record(session: Session, lecture: Lecture, row: Transition, filing: Filing) -> LectureRecord:
    """The record of a lecture, new or to be corrected, with who files it."""
    name = session.scalar(select(User.name).where(User.id == filing.user_id)) or ""
    record = session.get(LectureRecord, lecture.id)
    if record is None:
        record = LectureRecord(lecture_id=lecture.id)
        session.add(record)
    record.party, record.user_id = _party(row, filing), filing.user_id
    record.actor_name = name
    record.filed_at = filing.now
    return record


def _change(
    session: Session, lecture: Lecture, row: Transition, filing: Filing, reason: str = ""
) -> None:
    change = Change(
        row.event,
        lecture.state,
        row.command,
        _party(row, filing),
        filing.user_id,
        filing.now,
        reason,
    )
    service.change_state(session, lecture, row, change)
