"""Changes of attendance lists. The caller owns the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.attendance import queries
from booking.attendance.engine.names import MOST_NAMES, name_of, names_of
from booking.attendance.errors import AlreadyOnList, ListForgotten
from booking.attendance.models import AttendanceEntry
from booking.errors import Conflict, NotFound
from booking.lectures import changes
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture
from booking.lectures.records import service as records
from booking.lectures.records.models import LectureOutcome
from booking.lectures.records.queries import record_of
from booking.lectures.records.service import Filing, Held
from booking.listener_links.models import ListenerLink
from booking.sentences import N_

NOT_PROMISED = N_("Only a lecture that is confirmed or was held has an attendance list.")
FULL = N_("The list is full: it holds at most %(count)s names.", count=MOST_NAMES)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Who of the branch's side changes a list, and when."""

    user_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Added:
    """How many names came on the list, and how many were on it already."""

    new: int
    known: int


def sign(
    session: Session, *, link: ListenerLink, device_key: str, name: str, now: datetime
) -> AttendanceEntry:
    """Put a listener on the list by a link; raises `Invalid`, `AlreadyOnList` and `Conflict`."""
    name = name_of(name)
    lecture = session.get_one(Lecture, link.lecture_id)
    if lecture.state not in PUBLISHED:
        raise Conflict(NOT_PROMISED)
    if queries.by_device(session, link.id, device_key) is not None:
        raise AlreadyOnList()
    _check_room(session, lecture.id, 1)
    entry = AttendanceEntry(
        lecture_id=lecture.id, name=name, link_id=link.id, device_key=device_key, added_at=now
    )
    session.add(entry)
    session.flush()
    return entry


def add(session: Session, *, number: str, pasted: str, keeping: Keeping) -> Added:
    """Add typed or pasted names that are not on the list; raises `Invalid` with the field."""
    names = names_of(pasted)
    lecture = _changeable(session, number)
    standing = [one for one in queries.entries_of(session, lecture.id) if one.struck_at is None]
    known = {one.name for one in standing}
    new = [name for name in names if name not in known]
    _check_room(session, lecture.id, len(new))
    session.add_all(
        AttendanceEntry(
            lecture_id=lecture.id, name=name, added_by=keeping.user_id, added_at=keeping.now
        )
        for name in new
    )
    session.flush()
    if new:
        _record(session, lecture, "added", len(new))
    return Added(len(new), len(names) - len(new))


def rename(
    session: Session, *, number: str, entry_id: int, name: str, keeping: Keeping
) -> AttendanceEntry:
    """Correct a name; raises `NotFound`, `Invalid`."""
    name = name_of(name)
    lecture, entry = _locked(session, number, entry_id)
    if entry.name != name:
        entry.name, entry.changed_at = name, keeping.now
        session.flush()
        _record(session, lecture, "changed", 1)
    return entry


def strike(session: Session, *, number: str, entry_id: int, keeping: Keeping) -> None:
    """Strike an entry out, so that it does not count; done twice it is no error."""
    lecture, entry = _locked(session, number, entry_id)
    if entry.struck_at is None:
        entry.struck_at = keeping.now
        session.flush()
        _record(session, lecture, "struck", 1)


def restore(session: Session, *, number: str, entry_id: int) -> None:
    """Take back that an entry was struck out."""
    lecture, entry = _locked(session, number, entry_id)
    if entry.struck_at is not None:
        entry.struck_at = None
        session.flush()
        _record(session, lecture, "restored", 1)


def take_over(session: Session, *, number: str, filing: Filing, minutes_per_hour: int) -> int:
    """Put the count of the list into the lecture's record; returns it.

    What the record says besides stays; without one it is filed as planned. Raises what
    `records.service.file` raises.
    """
    lecture = changes.locked(session, number)
    count = queries.count_of(session, lecture.id)
    record = record_of(session, lecture.id)
    planned = records.as_planned(lecture)
    held = Held(planned.started_at, planned.ended_at, count)
    if record is not None and record.outcome is LectureOutcome.HELD:
        started = record.started_at or planned.started_at
        held = Held(started, record.ended_at or planned.ended_at, count, record.note)
    records.file(
        session, number=number, held=held, filing=filing, minutes_per_hour=minutes_per_hour
    )
    return count


def _changeable(session: Session, number: str) -> Lecture:
    """The lecture, locked, if its list can be changed by hand."""
    lecture = changes.locked(session, number)
    if lecture.state not in PUBLISHED:
        raise Conflict(NOT_PROMISED)
    forgotten = select(AttendanceEntry.id).where(
        AttendanceEntry.lecture_id == lecture.id, AttendanceEntry.forgotten_at.is_not(None)
    )
    if session.scalars(forgotten.limit(1)).first() is not None:
        raise ListForgotten()
    return lecture


def _locked(session: Session, number: str, entry_id: int) -> tuple[Lecture, AttendanceEntry]:
    lecture = _changeable(session, number)
    entry = session.get(AttendanceEntry, entry_id)
    if entry is None or entry.lecture_id != lecture.id:
        raise NotFound()
    return lecture, entry


def _check_room(session: Session, lecture_id: int, more: int) -> None:
    query = select(func.count(AttendanceEntry.id)).where(AttendanceEntry.lecture_id == lecture_id)
    if (session.scalar(query) or 0) + more > MOST_NAMES:
        raise Conflict(FULL)


def _record(session: Session, lecture: Lecture, change: str, count: int) -> None:
    """Record what was done, without names."""
    audit.record(
        session,
        audit.Action.ATTENDANCE_CHANGED,
        about=audit.About(audit.SubjectKind.LECTURE, lecture.id, lecture.number),
        region_code=lecture.organisation.region_code,
        detail={"change": change, "count": count},
    )
