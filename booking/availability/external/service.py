"""Add, refresh and remove external calendars. The caller owns the transaction.

A worker claims a calendar with a lease, fetches it outside any transaction, and stores the result;
a result that arrives after the lease, or after a change of the row, is discarded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from booking import i18n, jobs
from booking.availability.external.engine.address import host_of, read_new_address
from booking.availability.external.engine.calendar import (
    MOST_CALENDARS,
    READ_ANEW,
    BusyTimes,
    CalendarKind,
    CannotRead,
    Trouble,
    next_try,
)
from booking.availability.external.engine.text import MOST_EVENTS, Own
from booking.availability.external.engine.unread import (
    UnreadEntries,
    entries,
    unknown_days,
    written,
)
from booking.availability.external.errors import CalendarUnreadable, TooManyCalendars
from booking.availability.external.fetch import Validators
from booking.availability.external.models import BusySpan, ExternalCalendar
from booking.availability.ports import lecture_port
from booking.crypto import Box
from booking.db import after_commit, db
from booking.installation import FAMILY, uid_suffix
from booking.instructors.models import Instructor
from booking.text import plain

LEASE = timedelta(minutes=2)
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Claim:
    """A calendar that one worker has claimed. `validators` are empty for an unconditional fetch."""

    calendar_id: int
    sealed: str
    all_day_busy: bool
    validators: Validators
    lease: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """A calendar as its owner sees it, with the number of its future busy times."""

    calendar: ExternalCalendar
    ahead: int
    unread: UnreadEntries


def address_box() -> Box:
    """The encryption of addresses in this installation."""
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    return Box(keys, purpose="outside calendar address")


def own_lectures() -> Own:
    """A function that selects the UIDs of this installation's lectures.

    The database is asked for UIDs that the earliest versions wrote, because any installation may
    have written those.
    """

    def own(uids: frozenset[str]) -> frozenset[str]:
        session = db.session()
        suffix = uid_suffix(session)
        ours = frozenset(uid for uid in uids if uid.lower().endswith(suffix))
        legacy = sorted(uid for uid in uids - ours if uid.lower().endswith(FAMILY))[:MOST_EVENTS]
        return ours | (lecture_port().known_uids(session, legacy) if legacy else frozenset())

    return own


def add_address(
    session: Session,
    *,
    instructor_id: int,
    address: str,
    label: str,
    all_day_busy: bool,
    now: datetime,
) -> ExternalCalendar:
    """Add a calendar by its address; the worker is notified to read it.

    Raises `CalendarUnreadable` and `TooManyCalendars` (422).
    """
    try:
        address = read_new_address(address, current_app.config["TRUSTED_HOSTS"])
    except CannotRead as error:
        raise CalendarUnreadable(error.trouble, "address") from None
    _check_room(session, instructor_id, "address")
    host = host_of(address)
    calendar = ExternalCalendar(
        instructor_id=instructor_id,
        kind=CalendarKind.ADDRESS,
        label=plain(label).strip()[:LONGEST_LABEL] or host[:LONGEST_LABEL],
        address=address_box().seal(address),
        host=host,
        all_day_busy=all_day_busy,
        created_at=now,
        next_try_at=now,
    )
    session.add(calendar)
    session.flush()
    after_commit(session, "wake", jobs.wake)
    return calendar


def add_upload(
    session: Session,
    *,
    instructor_id: int,
    busy: BusyTimes,
    label: str,
    all_day_busy: bool,
    now: datetime,
) -> ExternalCalendar:
    """Store the busy times of a file, not the file itself. Raises `TooManyCalendars` (422)."""
    _check_room(session, instructor_id, "file")
    calendar = ExternalCalendar(
        instructor_id=instructor_id,
        kind=CalendarKind.UPLOAD,
        label=plain(label).strip()[:LONGEST_LABEL],
        all_day_busy=all_day_busy,
        created_at=now,
    )
    session.add(calendar)
    session.flush()
    _replace(session, calendar, busy, now)
    return calendar


def remove(session: Session, *, instructor_id: int, calendar_id: int) -> None:
    """Delete a calendar and its busy times; no error if it no longer exists."""
    session.execute(
        delete(ExternalCalendar).where(
            ExternalCalendar.id == calendar_id, ExternalCalendar.instructor_id == instructor_id
        )
    )


def choose_all_day(
    session: Session, *, instructor_id: int, calendar_id: int, busy: bool, now: datetime
) -> None:
    """Set whether all-day events are busy; the calendar is read again for it.

    An upload does not change: its file is not stored.
    """
    calendar = session.get(ExternalCalendar, calendar_id, with_for_update=True)
    if calendar is None or calendar.instructor_id != instructor_id or calendar.address is None:
        return
    calendar.all_day_busy = busy
    calendar.read_at = None
    calendar.next_try_at = now
    after_commit(session, "wake", jobs.wake)


def settle(session: Session, *, instructor_id: int, calendar_id: int) -> bool:
    """Open the unknown days: the owner has looked and is free on them. False if there are none.

    It holds for the entries that are named now: one that is new or changed closes its days.
    """
    calendar = session.get(ExternalCalendar, calendar_id, with_for_update=True)
    if calendar is None or calendar.instructor_id != instructor_id:
        return False
    calendar.settled = [row["mark"] for row in calendar.unread if row["days"]]
    opened = session.execute(
        delete(BusySpan)
        .where(BusySpan.calendar_id == calendar.id, BusySpan.unknown)
        .returning(BusySpan.id)
    ).all()
    return bool(opened)


def claim(session: Session, *, now: datetime) -> Claim | None:
    """Claim the calendar that is due longest, for this worker alone until its lease ends."""
    calendar = session.scalars(
        select(ExternalCalendar)
        .where(ExternalCalendar.next_try_at <= now)
        .order_by(ExternalCalendar.next_try_at, ExternalCalendar.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if calendar is None or calendar.address is None:
        return None
    calendar.next_try_at = now + LEASE
    session.flush()
    fresh = calendar.read_at is not None and now - calendar.read_at < READ_ANEW
    return Claim(
        calendar.id,
        calendar.address,
        calendar.all_day_busy,
        Validators(calendar.etag, calendar.last_modified) if fresh else Validators(),
        calendar.next_try_at,
    )


def take_in(
    session: Session,
    *,
    claimed: Claim,
    busy: BusyTimes | None,
    validators: Validators,
    now: datetime,
) -> bool:
    """Store the result of a fetch; `busy` is None if the calendar has not changed.

    Returns False, and stores nothing, if the claim is no longer valid.
    """
    calendar = _still_claimed(session, claimed)
    if calendar is None:
        return False
    if busy is None:
        calendar.last_good_at = now
    else:
        _replace(session, calendar, busy, now)
        calendar.etag, calendar.last_modified = validators.etag, validators.last_modified
    # Encrypted with the current key: an earlier key can be dropped once every address was read.
    calendar.address = address_box().renew(claimed.sealed)
    calendar.failures, calendar.failing_since, calendar.trouble = 0, None, None
    calendar.last_tried_at, calendar.next_try_at = now, next_try(now, 0)
    return True


def note_trouble(session: Session, *, claimed: Claim, trouble: Trouble, now: datetime) -> bool:
    """Record a failed fetch: keep the last busy times, and extend the interval to the next."""
    calendar = _still_claimed(session, claimed)
    if calendar is None:
        return False
    calendar.failures += 1
    calendar.failing_since = calendar.failing_since or now
    calendar.trouble = trouble
    calendar.last_tried_at, calendar.next_try_at = now, next_try(now, calendar.failures)
    return True


def overview(session: Session, instructor_id: int, now: datetime) -> Sequence[Overview]:
    """The calendars of one instructor in the order of their creation; one query."""
    of_it = BusySpan.calendar_id == ExternalCalendar.id, BusySpan.ends_at > now
    ahead = select(func.count()).where(*of_it, BusySpan.unknown.is_(False)).scalar_subquery()
    query = (
        select(ExternalCalendar, ahead)
        .where(ExternalCalendar.instructor_id == instructor_id)
        .order_by(ExternalCalendar.id)
    )
    return [
        Overview(
            calendar,
            count,
            entries(
                calendar.unread,
                calendar.unread_count,
                settled=calendar.settled,
                today=i18n.local(now).date(),
            ),
        )
        for calendar, count in session.execute(query)
    ]


def _check_room(session: Session, instructor_id: int, field: str) -> None:
    """Enforce the maximum; the instructor is locked, so that concurrent additions are counted."""
    session.scalar(select(Instructor.id).where(Instructor.id == instructor_id).with_for_update())
    query = select(func.count()).where(ExternalCalendar.instructor_id == instructor_id)
    if (session.scalar(query) or 0) >= MOST_CALENDARS:
        raise TooManyCalendars(field)


def _still_claimed(session: Session, claimed: Claim) -> ExternalCalendar | None:
    calendar = session.get(ExternalCalendar, claimed.calendar_id, with_for_update=True)
    return calendar if calendar is not None and calendar.next_try_at == claimed.lease else None


def _replace(session: Session, calendar: ExternalCalendar, busy: BusyTimes, now: datetime) -> None:
    session.execute(delete(BusySpan).where(BusySpan.calendar_id == calendar.id))
    unknown = unknown_days(busy.unread, calendar.settled or ())
    rows = [
        {"calendar_id": calendar.id, "starts_at": start, "ends_at": end, "unknown": is_unknown}
        for spans, is_unknown in ((busy.spans, False), (unknown, True))
        for start, end in spans
    ]
    if rows:
        session.execute(insert(BusySpan), rows)
    calendar.unread, calendar.unread_count = written(busy.unread, i18n.zone()), len(busy.unread)
    calendar.last_good_at = calendar.read_at = now
    calendar.known_until = busy.until
