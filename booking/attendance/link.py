"""The link by which listeners enter themselves, as `listener_links` asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.attendance.models import AttendanceEntry
from booking.errors import Text
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.listener_links.ports import LinkPort
from booking.sentences import N_

OPENED_BEFORE = timedelta(hours=24)
"""How long before the lecture the code can be shown: nobody listens earlier."""

OPEN_AFTER = timedelta(hours=12)
"""How long after its end the code stays open, for who forgot it in the hall."""

KEEPERS = frozenset({Party.BRANCH, Party.BRANCH_COORDINATOR})
"""Who sees the names, keeps the list and opens its code: the branch's side. Others see the number.
"""

TOO_LATE = N_("The time for the code is over. Add names to the list by hand.")
TOO_EARLY = N_("The code can be shown from the day before the lecture.")


def count(session: Session, link_id: int) -> int:
    """How many entered themselves by a link and were not struck out."""
    query = select(func.count(AttendanceEntry.id)).where(
        AttendanceEntry.link_id == link_id, AttendanceEntry.struck_at.is_(None)
    )
    return session.scalar(query) or 0


def refusal(lecture: Lecture, now: datetime) -> Text | None:
    """Why no code can be shown now, or None."""
    if now < lecture.starts_at - OPENED_BEFORE:
        return TOO_EARLY
    return TOO_LATE if now >= closes_at(lecture) else None


def closes_at(lecture: Lecture) -> datetime:
    """When the code closes by itself; it is not prolonged."""
    return lecture.ends_at + OPEN_AFTER


PORT = LinkPort("attendance.sign", count, refusal, closes_at, closes_at, KEEPERS)
