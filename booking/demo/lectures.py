"""The lectures of the demonstration province, requested and answered through the services."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from booking.availability.engine.day_parts import HalfDay
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_instant
from booking.db import unit_of_work
from booking.demo import stages
from booking.demo.engine import data, demand
from booking.demo.engine.people import DemoBranch, DemoPerson
from booking.errors import DomainError
from booking.instructors.engine.vocabulary import Format
from booking.lectures import service
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.lectures.schedules import queries as schedule_queries

PAST = timedelta(days=300)
FUTURE = timedelta(days=60)
BATCH = 40
HALVES = {
    HalfDay.MORNING: (0, 12),
    HalfDay.AFTERNOON: (12, 18),
    HalfDay.EVENING: (18, 24),
}


@dataclass(frozen=True, slots=True)
class Made:
    """Database ids of the created rows, in the order of the demo data."""

    instructors: list[int]
    topics: list[list[int]]
    organisations: list[int]


def add_lectures(
    rng: random.Random,
    count: int,
    demo_people: Sequence[DemoPerson],
    demo_branches: Sequence[DemoBranch],
    ids: Made,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    today = now.astimezone(zone).date()
    booking_requests = sorted(
        demand.demand(rng, count, today - PAST, today + FUTURE, demo_people, demo_branches),
        key=lambda booking_request: booking_request.day,
    )
    with progress_bar(length=len(booking_requests), label="lectures   ") as bar:
        for batch in _batches(booking_requests, BATCH):
            with unit_of_work() as session:
                for booking_request in batch:
                    _lecture(
                        session,
                        rng,
                        booking_request,
                        demo_people,
                        demo_branches,
                        ids,
                        now=now,
                        zone=zone,
                    )
            bar.update(len(batch))


def progress_bar(*args: Any, **kwargs: Any) -> Any:
    """A progress bar, hidden unless stdout is a terminal."""
    return click.progressbar(*args, hidden=not sys.stdout.isatty(), **kwargs)


def _batches(
    booking_requests: Sequence[demand.Wanted], size: int
) -> Iterable[Sequence[demand.Wanted]]:
    return (
        booking_requests[start : start + size] for start in range(0, len(booking_requests), size)
    )


def _lecture(
    session: Session,
    rng: random.Random,
    booking_request: demand.Wanted,
    demo_people: Sequence[DemoPerson],
    demo_branches: Sequence[DemoBranch],
    ids: Made,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Create the lecture of one booking request, with its later state; none without a slot."""
    topic = data.TOPICS[booking_request.topic]
    asked_at = _asked_at(rng, booking_request.day, now, zone)
    instructor_id = ids.instructors[booking_request.person]
    starts_at = _free_time(
        session,
        instructor_id,
        topic.minutes,
        demo_branches[booking_request.branch].region,
        booking_request,
        asked_at,
        zone,
    )
    if starts_at is None:
        return
    lecture = service.request_lecture(
        session,
        booking_request=BookingRequest(
            instructor_id=instructor_id,
            topic_id=ids.topics[booking_request.person][
                demo_people[booking_request.person].topics.index(booking_request.topic)
            ],
            organisation_id=ids.organisations[booking_request.branch],
            starts_at=starts_at,
            region_code=demo_branches[booking_request.branch].region,
            place=booking_request.place,
            format=topic.formats[0] if topic.formats else Format.LECTURE,
            audience=topic.audiences[0] if topic.audiences else None,
            attendees=booking_request.attendees,
        ),
        user_id=None,
        now=asked_at,
        zone=zone,
    )
    _apply_outcome(session, rng, lecture, asked_at, now)


def _asked_at(rng: random.Random, day: date, now: datetime, zone: ZoneInfo) -> datetime:
    """When it was requested: 8 to 24 days before, in working hours, never in the future."""
    before = day - timedelta(days=rng.randrange(8, 25))
    moment = local_instant(before, rng.randrange(8, 18) * 60 + rng.randrange(60), zone)
    latest = now - timedelta(minutes=rng.randrange(5, 2000))
    return min(moment, latest)


def _free_time(
    session: Session,
    instructor_id: int,
    minutes: int,
    region_code: str,
    booking_request: demand.Wanted,
    asked_at: datetime,
    zone: ZoneInfo,
) -> datetime | None:
    slots = schedule_queries.bookable_slots(
        session,
        [instructor_id],
        slot_request=SlotRequest(minutes, Place(region_code)),
        first=booking_request.day,
        last=booking_request.day,
        now=asked_at,
        zone=zone,
    )[instructor_id]
    low, high = HALVES[booking_request.half_day]
    preferred = (start for start, _end in slots if low <= start.astimezone(zone).hour < high)
    return next(preferred, slots[0][0] if slots else None)


def _apply_outcome(
    session: Session,
    rng: random.Random,
    lecture: Lecture,
    asked_at: datetime,
    now: datetime,
) -> None:
    """Apply later commands: mostly confirmed; some declined, withdrawn, cancelled or open."""
    number, ends_at = lecture.number, lecture.ends_at
    answered_at = asked_at + timedelta(minutes=rng.randrange(20, 2000))
    luck = rng.random()
    if answered_at >= now or (ends_at > now and luck < 0.15 and now - asked_at < timedelta(days=2)):
        return
    if luck < 0.05:
        _apply(session, number, Command.DECLINE, Party.INSTRUCTOR, answered_at, "那天另有任务。")
    elif luck < 0.08:
        _apply(session, number, Command.WITHDRAW, Party.BRANCH, answered_at)
    else:
        _apply(session, number, Command.CONFIRM, Party.INSTRUCTOR, answered_at)
        cancelled_at = answered_at + timedelta(days=2)
        if luck > 0.96 and cancelled_at < min(now, ends_at - timedelta(days=1)):
            _apply(session, number, Command.CANCEL, Party.BRANCH, cancelled_at, "场地临时占用。")
        elif ends_at + timedelta(hours=24) < now:
            stages.over(session, rng, lecture)


def _apply(
    session: Session, number: str, command: Command, party: Party, at: datetime, reason: str = ""
) -> None:
    try:
        service.apply_command(
            session,
            number=number,
            command=command,
            parties=frozenset({party}),
            user_id=None,
            now=at,
            reason=reason,
        )
    except DomainError:
        # The answer would come after the start: the request stays open and expires.
        return
