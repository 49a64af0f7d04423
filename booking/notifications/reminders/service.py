"""Records that people are to be reminded of a lecture. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.lectures.models import Lecture
from booking.notifications.reminders import queries
from booking.notifications.reminders.engine.events import LECTURE_REMINDER, ReminderDue
from booking.notifications.reminders.models import LectureReminder
from booking.outbox import service as outbox


def remind(session: Session, *, lecture_id: int, now: datetime, zone: ZoneInfo) -> int:
    """Record the reminders of one lecture that are due; returns how many.

    The lecture is locked and looked at once more: two workers record each reminder once, and none
    after a cancellation.
    """
    query = select(Lecture).where(Lecture.id == lecture_id).with_for_update()
    lecture = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if lecture is None:
        return 0
    found = queries.to_remind_of(session, lecture_id, now=now, zone=zone)
    for one in found:
        session.add(
            LectureReminder(
                lecture_id=lecture_id,
                user_id=one.user_id,
                offset=one.offset,
                starts_at=lecture.starts_at,
                recorded_at=now,
            )
        )
        event = ReminderDue(lecture_id, one.user_id, one.offset, lecture.starts_at, now)
        outbox.record(session, LECTURE_REMINDER, event, now=now)
    session.flush()
    return len(found)


def forget(session: Session, *, before: datetime) -> None:
    """Delete what was recorded of lectures that began before an instant."""
    session.execute(delete(LectureReminder).where(LectureReminder.starts_at < before))
