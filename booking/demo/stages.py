"""Lectures in the stages that random histories seldom have: reviewed ones, records, not held."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Topic
from booking.lectures import service
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.lectures.records import service as records
from booking.lectures.records.models import LectureOutcome
from booking.lectures.reviews import service as reviews
from booking.lectures.schedules import queries as schedule_queries

CREDIT_HOUR_MINUTES = 45
NOT_HELD, NO_RECORD = 0.03, 0.08
"""The share of past lectures that did not take place, and of those without a record."""

WINDOW = timedelta(days=30)
REMARKS = "请注明听众人数和具体场地，修改后重新提交。"


def over(session: Session, rng: random.Random, lecture: Lecture) -> None:
    """What became of a confirmed lecture that is over: mostly its record was filed."""
    luck = rng.random()
    if luck > 1 - NO_RECORD:
        _apply(session, lecture.number, Command.DELIVER, Party.SYSTEM, lecture.ends_at + _DAY)
        return
    filing = records.Filing(
        frozenset({rng.choice((Party.BRANCH, Party.INSTRUCTOR))}),
        None,
        lecture.ends_at + timedelta(hours=rng.randrange(1, 20)),
    )
    if luck < NOT_HELD:
        outcome = rng.choice((LectureOutcome.EVENT, LectureOutcome.PLACE, LectureOutcome.AGREED))
        records.not_held(
            session, number=lecture.number, outcome=outcome, note="已另行商定。", filing=filing
        )
        return
    expected = lecture.attendees or 40
    held = records.Held(
        lecture.starts_at + timedelta(minutes=rng.choice((0, 0, 5))),
        lecture.ends_at + timedelta(minutes=rng.choice((-10, 0, 0))),
        max(1, expected - rng.randrange(0, 1 + expected // 5)),
    )
    records.file(
        session,
        number=lecture.number,
        held=held,
        filing=filing,
        minutes_per_hour=CREDIT_HOUR_MINUTES,
    )


_DAY = timedelta(hours=24)


def reviewed(
    session: Session,
    topics: list[int],
    organisation_id: int,
    region_code: str,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """A request that waits for review, and one that was returned, of one branch.

    Its review is on only while they are sent, so that the way of a booking stays the short one.
    """
    asked_at = now - timedelta(hours=20)
    reviews.review_organisation(session, organisation_id, reviews=True)
    numbers: list[str] = []
    for topic_id in topics:
        topic = session.get_one(Topic, topic_id)
        slot = _free_slot(session, topic, region_code, asked_at, zone)
        if slot is None or len(numbers) == 2:
            continue
        lecture = service.request_lecture(
            session,
            booking_request=BookingRequest(
                instructor_id=topic.instructor_id,
                topic_id=topic_id,
                organisation_id=organisation_id,
                starts_at=slot,
                region_code=region_code,
                place="二楼会议室",
                format=topic.formats[0] if topic.formats else Format.LECTURE,
                note="请多讲案例。",
            ),
            user_id=None,
            now=asked_at,
            zone=zone,
        )
        numbers.append(lecture.number)
    reviews.review_organisation(session, organisation_id, reviews=False)
    for number in numbers[1:]:
        at = now - timedelta(hours=2)
        _apply(session, number, Command.RETURN, Party.BRANCH_COORDINATOR, at, REMARKS)


def confirmed(
    session: Session,
    topic: Topic,
    *,
    organisation_id: int,
    region_code: str,
    user_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> str | None:
    """The number of a lecture that a user requested yesterday and the instructor accepted."""
    asked_at = now - timedelta(hours=26)
    slot = _free_slot(session, topic, region_code, asked_at, zone)
    if slot is None:
        return None
    lecture = service.request_lecture(
        session,
        booking_request=BookingRequest(
            instructor_id=topic.instructor_id,
            topic_id=topic.id,
            organisation_id=organisation_id,
            starts_at=slot,
            region_code=region_code,
            place="党群活动中心",
            format=topic.formats[0] if topic.formats else Format.LECTURE,
        ),
        user_id=user_id,
        now=asked_at,
        zone=zone,
    )
    at = asked_at + timedelta(hours=2)
    _apply(session, lecture.number, Command.CONFIRM, Party.INSTRUCTOR, at)
    return lecture.number


def _free_slot(
    session: Session, topic: Topic, region_code: str, asked_at: datetime, zone: ZoneInfo
) -> datetime | None:
    """The last free time within the window: it seldom stands in the way of other lectures."""
    first = local_date(asked_at, zone)
    slots = schedule_queries.bookable_slots(
        session,
        [topic.instructor_id],
        slot_request=SlotRequest(topic.minutes, Place(region_code)),
        first=first,
        last=first + WINDOW,
        now=asked_at,
        zone=zone,
    )[topic.instructor_id]
    return slots[-1][0] if slots else None


def _apply(
    session: Session, number: str, command: Command, party: Party, at: datetime, reason: str = ""
) -> None:
    service.apply_command(
        session,
        number=number,
        command=command,
        parties=frozenset({party}),
        user_id=None,
        now=at,
        reason=reason,
    )
