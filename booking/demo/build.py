"""Builds the demonstration province through the services, with plausible histories."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM, Role
from booking.availability import service as availability
from booking.availability.engine.day_parts import HalfDay
from booking.availability.engine.hours import OverrideKind, local_instant
from booking.availability.engine.hours_text import Block
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.holidays import service as holidays
from booking.db import unit_of_work
from booking.demo import orders, proposals, security, stages
from booking.demo.engine import data, demand
from booking.demo.engine.people import DemoBranch, DemoPerson, branches, people
from booking.demo.engine.regions import CAPITAL, PROVINCE, REGIONS
from booking.errors import DomainError
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel, Format
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.lectures import queries, service
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.outbox import service as outbox
from booking.web import loopback

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


def build(
    *, size: str, seed: int, now: datetime, zone: ZoneInfo, password: str = security.KNOWN
) -> None:
    """Fill an empty database. The same size and seed give the same province.

    Shows a progress bar. Dates are relative to `now`; all accounts have the same `password`.
    """
    rng = random.Random(seed)  # Invented people, the same for each seed.  # nosec B311
    province_size = data.SIZES[size]
    demo_people = people(rng, province_size.instructors)
    demo_branches = branches(rng, province_size.branches)
    today = now.astimezone(zone).date()
    password_hash = hash_password(password)
    with unit_of_work() as session:
        _lists(session, today)
        ids = _register(
            session, demo_people, demo_branches, password_hash, now - PAST - timedelta(days=60)
        )
    _hours(ids, demo_people, rng, today)
    _lectures(rng, province_size.lectures, demo_people, demo_branches, ids, now=now, zone=zone)
    orders.add_orders(ids.organisations, rng, now=now, zone=zone)
    with unit_of_work() as session:
        stages.reviewed(
            session,
            [topics[0] for topics in ids.topics[:6]],
            ids.organisations[0],
            demo_branches[0].region,
            now=now,
            zone=zone,
        )
    with unit_of_work() as session:
        outbox.skip_events(session, before=now - timedelta(days=2), now=now)
        proposals.add(
            session,
            instructor_id=ids.instructors[_busiest(demo_people)],
            organisation_id=ids.organisations[0],
            now=now,
            zone=zone,
        )
        _sign_ins(session, ids, demo_people, password_hash, now)
    loopback.mark_demonstration()


def _lists(session: Session, today: date) -> None:
    for region in REGIONS:
        accounts.add_region(
            session,
            code=region.code,
            name=region.name,
            name_en=region.name_en,
            parent_code=region.parent,
        )
        session.flush()
    ids: dict[str, int] = {}
    for field in data.FIELDS:
        parent_id = ids[field.parent] if field.parent else None
        ids[field.code] = instructors.add_field(
            session, code=field.code, name=field.name, name_en=field.name_en, parent_id=parent_id
        ).id
    holidays.seed_days(session, this_year=today.year)


def _register(
    session: Session,
    demo_people: Sequence[DemoPerson],
    demo_branches: Sequence[DemoBranch],
    password_hash: str,
    now: datetime,
) -> Made:
    field_ids = instructors.field_ids_by_code(session)
    ids = Made([], [], [])
    with _bar(demo_people, label="instructors") as bar:
        for person in bar:
            entry = instructors.add_instructor(
                session, facts=_facts(person, field_ids), actor=SYSTEM, now=now
            )
            ids.instructors.append(entry.id)
            ids.topics.append(instructors.topic_ids(session, entry.id))
            user = accounts.create_user(
                session, email=person.email, name=person.name, password_hash=password_hash, now=now
            )
            accounts.add_membership(
                session, user=user, role=Role.INSTRUCTOR, instructor_id=entry.id, now=now
            )
    with _bar(demo_branches, label="branches") as bar:
        for unit in bar:
            organisation = accounts.add_organisation(
                session, name=unit.name, region_code=unit.region
            )
            ids.organisations.append(organisation.id)
            user = accounts.create_user(
                session, email=unit.email, name=unit.contact, password_hash=password_hash, now=now
            )
            accounts.add_membership(
                session, user=user, role=Role.BRANCH, organisation_id=organisation.id, now=now
            )
    return ids


def _facts(person: DemoPerson, field_ids: dict[str, int]) -> InstructorFacts:
    topics = [data.TOPICS[index] for index in person.topics]
    return InstructorFacts(
        name=person.name,
        workplace=person.workplace,
        region_code=person.region,
        title=person.title,
        field_ids=tuple(dict.fromkeys(field_ids[code] for code in person.fields)),
        serves=person.serves,
        topics=tuple(
            TopicFacts(
                title=topic.title,
                summary=topic.summary,
                minutes=topic.minutes,
                field_id=field_ids[topic.field],
                audiences=topic.audiences,
                formats=topic.formats,
            )
            for topic in topics
        ),
        contacts=((Channel.PHONE, person.phone), (Channel.EMAIL, person.email)),
    )


def _hours(ids: Made, demo_people: Sequence[DemoPerson], rng: random.Random, today: date) -> None:
    with unit_of_work() as session:
        for instructor_id, person in zip(ids.instructors, demo_people, strict=True):
            week: dict[int, list[Block]] = {}
            for weekday, start, end in person.hours:
                week.setdefault(weekday, []).append((start, end))
            availability.set_week(session, instructor_id=instructor_id, week=week)
            if rng.random() < 0.3:
                first = today + timedelta(days=rng.randrange(5, 40))
                availability.add_override(
                    session,
                    instructor_id=instructor_id,
                    kind=OverrideKind.CLOSED,
                    first=first,
                    last=first + timedelta(days=rng.randrange(0, 4)),
                )


def _lectures(
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
    with _bar(length=len(booking_requests), label="lectures   ") as bar:
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


def _bar(*args: Any, **kwargs: Any) -> Any:
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
    slots = queries.bookable_slots(
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


def _sign_ins(
    session: Session,
    ids: Made,
    demo_people: Sequence[DemoPerson],
    password_hash: str,
    now: datetime,
) -> None:
    busiest = _busiest(demo_people)
    limits: dict[Role, dict[str, object]] = {
        Role.BRANCH: {"organisation_id": ids.organisations[0]},
        Role.INSTRUCTOR: {"instructor_id": ids.instructors[busiest]},
        Role.COORDINATOR: {"region_code": PROVINCE},
        Role.ADMIN: {},
    }
    names = {
        Role.BRANCH: "支部联系人",
        Role.INSTRUCTOR: demo_people[busiest].name,
        Role.COORDINATOR: "省平台管理员",
        Role.ADMIN: "系统管理员",
    }
    for email, role in security.SIGN_INS:
        user = accounts.create_user(
            session, email=email, name=names[role], password_hash=password_hash, now=now
        )
        accounts.add_membership(session, user=user, role=role, now=now, **limits[role])  # type: ignore[arg-type]
    city = accounts.create_user(
        session,
        email="city@example.org",
        name="栖云市管理员",
        password_hash=password_hash,
        now=now,
    )
    accounts.add_membership(session, user=city, role=Role.COORDINATOR, region_code=CAPITAL, now=now)


def _busiest(demo_people: Sequence[DemoPerson]) -> int:
    return max(range(len(demo_people)), key=lambda index: demo_people[index].load)
