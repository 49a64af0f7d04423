"""Who else could give a lecture at exactly its time: the same topic or field, free, near. Reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import lineage
from booking.accounts.queries import lies_under
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Instructor, ServedRegion, Topic
from booking.lectures.models import Lecture
from booking.lectures.schedules.queries import schedules

MOST = 8
"""Candidates that a page offers."""

MOST_ASKED = 60
"""Instructors whose free time is looked at, the nearest first."""

MOST_TOPICS = 3
"""Topics of one candidate that a page offers."""


@dataclass(frozen=True, slots=True)
class OfferedTopic:
    """A topic that a candidate could take."""

    id: int
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An instructor who is free at exactly that time, with what they could lecture on."""

    instructor: Instructor
    topics: tuple[OfferedTopic, ...]


def candidates(
    session: Session, lecture: Lecture, *, urgent: bool, now: datetime, zone: ZoneInfo
) -> list[Candidate]:
    """At most `MOST` candidates, the nearest first. Three queries.

    They are free, and can get there, for the length of their topic; `urgent` leaves out the lead
    time, as for those who are asked to take the lecture over.
    """
    day = local_date(lecture.starts_at, zone)
    if lecture.starts_at <= now:
        return []
    rows = session.execute(_offers(lecture, day)).all()
    topics: dict[Instructor, list[Topic]] = defaultdict(list)
    for instructor, topic in rows:
        fits = not topic.formats or lecture.format in topic.formats
        if fits and (instructor in topics or len(topics) < MOST_ASKED):
            topics[instructor].append(topic)
    ids = [instructor.id for instructor in topics]
    loaded = schedules(session, ids, first=day, last=day, now=now, zone=zone)
    found = []
    for instructor, offered in topics.items():
        free = [
            topic
            for topic in offered
            if loaded.why_not(instructor.id, _request(lecture, topic, urgent), lecture.starts_at)
            is None
        ]
        if free:
            found.append(Candidate(instructor, _shown(free)))
        if len(found) == MOST:
            break
    return found


def _shown(topics: Sequence[Topic]) -> tuple[OfferedTopic, ...]:
    return tuple(OfferedTopic(one.id, one.title, one.minutes) for one in topics[:MOST_TOPICS])


def _request(lecture: Lecture, topic: Topic, urgent: bool) -> SlotRequest:
    online = lecture.format is Format.ONLINE
    return SlotRequest(
        minutes=topic.minutes,
        place=None if online else Place(lecture.region.present_code, lecture.place),
        organisation_id=lecture.organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to),
        urgent=urgent,
    )


def _offers(lecture: Lecture, day: date) -> Select[Instructor, Topic]:
    """Topics of others that fit the lecture: nearest instructors, then the same title first."""
    same_title = Topic.title == lecture.title
    length = int((lecture.ends_at - lecture.starts_at).total_seconds()) // 60
    return (
        select(Instructor, Topic)
        .join(Topic, Topic.instructor_id == Instructor.id)
        .where(
            Instructor.listed,
            Instructor.id != lecture.instructor_id,
            Topic.active,
            or_(Topic.valid_from.is_(None), Topic.valid_from <= day),
            or_(Topic.valid_to.is_(None), Topic.valid_to >= day),
            or_(same_title, _same_field(lecture)),
            _comes_to(lecture),
        )
        .order_by(
            _distance(lecture),
            Instructor.sort_key,
            Instructor.id,
            case((same_title, 0), else_=1),
            func.abs(Topic.minutes - length),
            Topic.id,
        )
        .limit(MOST_ASKED * MOST_TOPICS)
    )


def _same_field(lecture: Lecture) -> ColumnElement[bool]:
    field = select(Topic.field_id).where(Topic.id == lecture.topic_id).scalar_subquery()
    return Topic.field_id == field


def _comes_to(lecture: Lecture) -> ColumnElement[bool]:
    """SQL condition: serves the lecture's region or one above it, or is of the same city."""
    served = exists().where(
        ServedRegion.instructor_id == Instructor.id,
        ServedRegion.region_code.in_(lineage(lecture.region.present_code)),
    )
    return or_(served, _same_city(lecture)) if lecture.format is not Format.ONLINE else and_(True)


def _same_city(lecture: Lecture) -> ColumnElement[bool]:
    nearest, *above = lineage(lecture.region.present_code)
    return lies_under(Instructor.region_code, above[0] if above else nearest)


def _distance(lecture: Lecture) -> ColumnElement[int]:
    same = Instructor.region_code == lecture.region.present_code
    return case((same, 0), (_same_city(lecture), 1), else_=2)
