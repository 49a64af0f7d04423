"""Booking requests: values, rows they refer to, and whether the slot is bookable. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from booking.accounts.models import Organisation, Region
from booking.accounts.service import unknown_region
from booking.availability.engine.limits import EVERY_DAY, DaySpan
from booking.availability.engine.offers import Availability, Refused, SlotRequest, WhyNot
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.availability.queries import calendar_days
from booking.errors import Invalid, NotFound
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.models import Instructor, Topic
from booking.lectures.engine import policy
from booking.lectures.models import Lecture
from booking.lectures.schedules.queries import NEAREST_WITHIN, hours, nearest_times, with_bookings
from booking.text import is_blank, plain

_NAMED = aliased(Region)
"""The region that a request names; it may be an alias."""

_REFERENCED = (
    select(Instructor, Topic, Organisation, Region)
    .select_from(Instructor)
    .outerjoin(
        Topic,
        and_(
            Topic.id == bindparam("topic"),
            Topic.instructor_id == Instructor.id,
            Topic.active,
        ),
    )
    .outerjoin(Organisation, Organisation.id == bindparam("organisation"))
    .outerjoin(_NAMED, _NAMED.code == bindparam("region"))
    .outerjoin(Region, Region.code == func.coalesce(_NAMED.merged_into_code, _NAMED.code))
    .where(Instructor.id == bindparam("instructor"), Instructor.listed)
    .options(joinedload(Instructor.region, innerjoin=True), lazyload(Organisation.region))
    .with_for_update(of=Instructor)
    .execution_options(populate_existing=True)
)
"""One row for a listed instructor; topic, organisation and region are NULL if missing."""


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """The input of `request_lecture`. `starts_at` is an aware instant."""

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


def check_values(booking_request: BookingRequest) -> None:
    """Raise `Invalid` for a value out of range."""
    if is_blank(booking_request.place):
        raise Invalid(_("Say where the lecture takes place."), field="place")
    if len(booking_request.place) > policy.LONGEST_PLACE:
        raise Invalid(policy.PLACE_TOO_LONG, field="place")
    if len(booking_request.note) > policy.LONGEST_NOTE:
        raise Invalid(policy.NOTE_TOO_LONG, field="note")
    if (
        booking_request.attendees is not None
        and not 0 < booking_request.attendees <= policy.MOST_ATTENDEES
    ):
        raise Invalid(policy.WRONG_ATTENDEES, field="attendees")


def locked(
    session: Session, booking_request: BookingRequest
) -> tuple[Instructor, Topic, Organisation, Region]:
    """The rows that a request refers to, with a lock on the instructor's row.

    The lock serialises bookings of one instructor; SQLite needs none, as the transaction is the
    only writer. Raises `NotFound` or `Invalid` for a missing row.
    """
    values = {
        "instructor": booking_request.instructor_id,
        "topic": booking_request.topic_id,
        "organisation": booking_request.organisation_id,
        "region": booking_request.region_code,
    }
    row = session.execute(_REFERENCED, values).one_or_none()
    if row is None:
        raise NotFound(_("This instructor is no longer in the register."))
    # Outer joins may give None, which the types do not express.
    instructor, topic, organisation, region = row
    if topic is None:
        raise NotFound(_("This topic is no longer offered. Choose another."))
    if organisation is None:
        raise NotFound()
    if region is None:
        raise unknown_region()
    return instructor, topic, organisation, region


def slot_request(booking_request: BookingRequest, minutes: int) -> SlotRequest:
    """The slot request of a booking request for a lecture of some minutes."""
    online = booking_request.format is Format.ONLINE
    return SlotRequest(
        minutes=minutes,
        place=None
        if online
        else Place(booking_request.region_code, plain(booking_request.place).strip()),
        organisation_id=booking_request.organisation_id,
    )


def asked(booking_request: BookingRequest, topic: Topic) -> SlotRequest:
    """The slot request of a booking request for a topic."""
    days = DaySpan(topic.valid_from, topic.valid_to)
    return replace(slot_request(booking_request, topic.minutes), topic=days)


def slot_of(lecture: Lecture) -> SlotRequest:
    """The slot request for the time that a lecture has, which its own holds do not close."""
    online = lecture.format is Format.ONLINE
    topic = lecture.topic
    return SlotRequest(
        minutes=int((lecture.ends_at - lecture.starts_at).total_seconds()) // 60,
        place=None if online else Place(lecture.region.present_code, lecture.place),
        organisation_id=lecture.organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to) if topic else EVERY_DAY,
        lecture_id=lecture.id,
        urgent=True,
    )


def check_early(
    session: Session,
    booking_request: BookingRequest,
    asked_slot: SlotRequest,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> dict[int, Availability]:
    """Check values and slot outside the write lock; returns the availability around the start.

    Only an optimisation, so that refused requests do not queue for the lock: `request_lecture`
    repeats the check under the lock.
    """
    check_values(booking_request)
    availabilities = hours_around(session, booking_request, now=now, zone=zone)
    check_slot(session, booking_request, asked_slot, availabilities, now=now, zone=zone)
    return availabilities


def _days_around(booking_request: BookingRequest, zone: ZoneInfo) -> tuple[date, date]:
    day = local_date(booking_request.starts_at, zone)
    return day - NEAREST_WITHIN, day + NEAREST_WITHIN


def hours_around(
    session: Session, booking_request: BookingRequest, *, now: datetime, zone: ZoneInfo
) -> dict[int, Availability]:
    """Availability by instructor id for the days in which the nearest slots are searched."""
    first, last = _days_around(booking_request, zone)
    return hours(
        session, [booking_request.instructor_id], first=first, last=last, now=now, zone=zone
    )


def check_slot(
    session: Session,
    booking_request: BookingRequest,
    asked_slot: SlotRequest,
    availabilities: dict[int, Availability],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Raise `NotBookable` with the nearest slots, by the rules that also list the slots."""
    first, last = _days_around(booking_request, zone)
    schedule = with_bookings(session, availabilities, first=first, last=last, now=now, zone=zone)
    refused = schedule.why_not(booking_request.instructor_id, asked_slot, booking_request.starts_at)
    if refused is None:
        return
    error = policy.refusal(
        refused, booking_request.organisation_id, holiday=_holiday_name(session, refused)
    )
    slots = nearest_times(
        session,
        schedule,
        booking_request.instructor_id,
        slot_request=asked_slot,
        wanted=booking_request.starts_at,
    )
    error.nearest = tuple(slots)
    raise error


def _holiday_name(session: Session, refused: Refused) -> str | None:
    """The name of the holiday that closes a time; queries only for that closing rule."""
    if refused.why is not WhyNot.HOLIDAY or refused.day is None:
        return None
    holiday = calendar_days(session, refused.day, refused.day).get(refused.day)
    return holiday.name if holiday else None
