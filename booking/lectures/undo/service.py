"""Takes the last change of a lecture back. The caller owns the transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.availability.engine.offers import WhyNot
from booking.availability.engine.zones import local_date
from booking.instructors.models import Instructor
from booking.lectures import booking_requests, changes, service
from booking.lectures.changes import Change
from booking.lectures.engine.errors import TimeGone
from booking.lectures.engine.states import Command, EventKind
from booking.lectures.engine.unbookable import SlotTaken
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureRecord
from booking.lectures.schedules.queries import schedules
from booking.lectures.undo.queries import last_entry, row_to_undo

OTHERS = frozenset(
    {
        WhyNot.TAKEN,
        WhyNot.BUFFER,
        WhyNot.TRAVEL,
        WhyNot.DAY_FULL,
        WhyNot.WEEK_FULL,
        WhyNot.MONTH_FULL,
        WhyNot.YEAR_FULL,
        WhyNot.BRANCH_QUARTER_FULL,
    }
)
"""Closing rules that depend on other lectures; the others were met when this one was booked."""


def undo(session: Session, *, number: str, user_id: int | None, now: datetime) -> Lecture:
    """Take back the last change of a lecture, if it is the user's own and a minute old at most.

    Raises `NothingToUndo`, `TooLateToUndo`, and `TimeGone` if the freed time was booked since.
    """
    lecture = changes.locked(session, number)
    last = last_entry(session, lecture.id)
    row = row_to_undo(last, user_id=user_id, now=now)
    assert last is not None  # `row_to_undo` refuses a lecture without history.
    back = replace(
        row,
        source=row.target,
        command=Command.UNDO,
        target=row.source,
        event=EventKind.UNDONE,
        raises_sequence=True,
    )
    if back.acquires:
        _check_time(session, lecture, now)
    lecture.cancelled_late = False
    session.execute(delete(LectureRecord).where(LectureRecord.lecture_id == lecture.id))
    change = Change(back.event, back.source, back.command, last.party, user_id, now)
    try:
        service.change_state(session, lecture, back, change)
    except SlotTaken:
        raise TimeGone() from None
    return lecture


def _check_time(session: Session, lecture: Lecture, now: datetime) -> None:
    """Raise `TimeGone` where other lectures leave no room; locks the instructor."""
    lock = select(Instructor.id).where(Instructor.id == lecture.instructor_id).with_for_update()
    session.execute(lock)
    zone = ZoneInfo(lecture.time_zone)
    day = local_date(lecture.starts_at, zone)
    known = schedules(session, [lecture.instructor_id], first=day, last=day, now=now, zone=zone)
    asked = booking_requests.slot_of(lecture)
    refused = known.why_not(lecture.instructor_id, asked, lecture.starts_at)
    if refused is not None and refused.why in OTHERS:
        raise TimeGone()
