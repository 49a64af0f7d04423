"""A lecture that the branch of the demonstration's sign-in has heard some weeks ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.instructors.models import Topic
from booking.lectures import service
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Command, Party
from booking.lectures.records import service as records
from booking.lectures.schedules import queries as schedule_queries

LISTENERS = 38
CREDIT_HOUR_MINUTES = 45


@dataclass(frozen=True, slots=True)
class Hearing:
    """Which branch heard it, and how many days ago it was, at most and at least."""

    organisation_id: int
    region_code: str
    days: tuple[int, int]


def held(
    session: Session, topic_ids: Sequence[int], hearing: Hearing, *, now: datetime, zone: ZoneInfo
) -> str | None:
    """The number of a delivered lecture on the first of the topics for which there was a time."""
    longest, shortest = hearing.days
    asked_at, today = now - timedelta(days=longest + 20), local_date(now, zone)
    for topic_id in topic_ids:
        topic = session.get_one(Topic, topic_id)
        slots = schedule_queries.bookable_slots(
            session,
            [topic.instructor_id],
            slot_request=SlotRequest(topic.minutes, Place(hearing.region_code)),
            first=today - timedelta(days=longest),
            last=today - timedelta(days=shortest),
            now=asked_at,
            zone=zone,
        )[topic.instructor_id]
        if slots:
            return _held(session, topic, slots[-1][0], hearing, asked_at, zone)
    return None


def _held(
    session: Session,
    topic: Topic,
    starts_at: datetime,
    hearing: Hearing,
    asked_at: datetime,
    zone: ZoneInfo,
) -> str:
    lecture = service.request_lecture(
        session,
        booking_request=BookingRequest(
            instructor_id=topic.instructor_id,
            topic_id=topic.id,
            organisation_id=hearing.organisation_id,
            starts_at=starts_at,
            region_code=hearing.region_code,
            place="党群活动中心",
            attendees=LISTENERS,
        ),
        user_id=None,
        now=asked_at,
        zone=zone,
    )
    service.apply_command(
        session,
        number=lecture.number,
        command=Command.CONFIRM,
        parties=frozenset({Party.INSTRUCTOR}),
        user_id=None,
        now=asked_at + timedelta(hours=5),
        reason="",
    )
    filing = records.Filing(frozenset({Party.BRANCH}), None, lecture.ends_at + timedelta(hours=2))
    records.file(
        session,
        number=lecture.number,
        held=None,
        filing=filing,
        minutes_per_hour=CREDIT_HOUR_MINUTES,
    )
    return lecture.number
