"""The times that a proposal offers: whether each can be booked, and its hold. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.accounts.models import Region
from booking.accounts.service import unknown_region
from booking.availability.engine.limits import EVERY_DAY, DaySpan
from booking.errors import NotFound
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Instructor, Topic
from booking.lectures import booking_requests
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.agreement import MOST_OPTIONS, ProposalKind
from booking.lectures.engine.errors import NothingProposed
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.models import Hold, Lecture
from booking.lectures.proposals.models import ProposalOption
from booking.text import plain


@dataclass(frozen=True, slots=True)
class Wanted:
    """One offered time and place; of a replacement, with the new instructor and their topic."""

    starts_at: datetime
    region_code: str
    place: str
    format: Format
    instructor_id: int | None = None
    topic_id: int | None = None


def online(where: Lecture | ProposalOption) -> bool:
    """Whether there is no way to travel."""
    return where.format is Format.ONLINE


def hold(lecture: Lecture, option: ProposalOption) -> Hold:
    """The hold of an offered time; not yet in the session."""
    return Hold(
        instructor_id=option.instructor_id,
        lecture_id=lecture.id,
        option_id=option.id,
        starts_at=option.starts_at,
        ends_at=option.ends_at,
        region_code=None if online(option) else option.region.present_code,
        place=option.place,
        organisation_id=lecture.organisation_id,
    )


def check(
    session: Session,
    lecture: Lecture,
    kind: ProposalKind,
    wanted: Sequence[Wanted],
    *,
    by_instructor: bool,
    now: datetime,
    zone: ZoneInfo,
) -> list[ProposalOption]:
    """The options as rows, not yet stored, after the rules of a booking; locks their instructors.

    The lead time holds only where a branch proposes to move a lecture: instructors know what they
    propose, and a new instructor is asked. Raises `NothingProposed`, `NotBookable`, `Invalid`,
    `NotFound`.
    """
    _check_number(lecture, kind, wanted)
    ids = {one.instructor_id or lecture.instructor_id for one in wanted}
    instructors = _locked(session, ids, listed=kind is ProposalKind.REPLACEMENT)
    urgent = by_instructor or kind is ProposalKind.REPLACEMENT
    rows = []
    for position, one in enumerate(wanted):
        instructor = instructors[one.instructor_id or lecture.instructor_id]
        row = _row(session, lecture, kind, one, instructor, position)
        _check_slot(session, lecture, row, urgent=urgent, now=now, zone=zone)
        rows.append(row)
    return rows


def _check_number(lecture: Lecture, kind: ProposalKind, wanted: Sequence[Wanted]) -> None:
    most = 1 if kind is ProposalKind.REPLACEMENT else MOST_OPTIONS
    if not 0 < len(wanted) <= most or len(set(wanted)) < len(wanted):
        raise NothingProposed()
    for one in wanted:
        other = one.instructor_id not in (None, lecture.instructor_id)
        if other is not (kind is ProposalKind.REPLACEMENT):
            raise NothingProposed()
        same = (one.starts_at, one.region_code, plain(one.place).strip(), one.format) == (
            lecture.starts_at,
            lecture.region_code,
            lecture.place,
            lecture.format,
        )
        if same and not other:
            raise NothingProposed()


def _locked(session: Session, ids: set[int], *, listed: bool) -> dict[int, Instructor]:
    query = (
        select(Instructor)
        .where(Instructor.id.in_(ids))
        .order_by(Instructor.id)
        .options(joinedload(Instructor.region, innerjoin=True))
        .with_for_update(of=Instructor)
        .execution_options(populate_existing=True)
    )
    if listed:
        query = query.where(Instructor.listed)
    found = {instructor.id: instructor for instructor in session.scalars(query)}
    if set(found) != ids:
        raise NotFound(_("This instructor is no longer in the register."))
    return found


def _row(
    session: Session,
    lecture: Lecture,
    kind: ProposalKind,
    one: Wanted,
    instructor: Instructor,
    position: int,
) -> ProposalOption:
    region = session.get(Region, one.region_code)
    if region is None:
        raise unknown_region()
    topic, title, length = lecture.topic, lecture.title, lecture.ends_at - lecture.starts_at
    if kind is ProposalKind.REPLACEMENT:
        topic = session.get(Topic, one.topic_id or -1)
        if topic is None or not topic.active or topic.instructor_id != instructor.id:
            raise NotFound(_("This topic is no longer offered. Choose another."))
        title, length = topic.title, timedelta(minutes=topic.minutes)
    return ProposalOption(
        position=position,
        instructor_id=instructor.id,
        instructor=instructor,
        topic_id=topic.id if topic else None,
        topic=topic,
        title=title,
        starts_at=one.starts_at,
        ends_at=one.starts_at + length,
        region_code=region.code,
        region=region,
        place=plain(one.place).strip(),
        format=one.format,
    )


def _check_slot(
    session: Session,
    lecture: Lecture,
    row: ProposalOption,
    *,
    urgent: bool,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    request = BookingRequest(
        instructor_id=row.instructor_id,
        topic_id=row.topic_id or 0,
        organisation_id=lecture.organisation_id,
        starts_at=row.starts_at,
        region_code=row.region_code,
        place=row.place,
        format=row.format,
    )
    booking_requests.check_values(request)
    topic = row.topic
    minutes = int((row.ends_at - row.starts_at).total_seconds()) // 60
    asked = replace(
        booking_requests.slot_request(request, minutes),
        topic=DaySpan(topic.valid_from, topic.valid_to) if topic else EVERY_DAY,
        lecture_id=lecture.id,
        urgent=urgent,
    )
    hours = booking_requests.hours_around(session, request, now=now, zone=zone)
    try:
        booking_requests.check_slot(session, request, asked, hours, now=now, zone=zone)
    except NotBookable as error:
        error.start = row.starts_at
        raise
