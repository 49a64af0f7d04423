"""Builds the demonstration province through the services, with plausible histories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM, Role
from booking.availability import service as availability
from booking.availability.engine.hours import OverrideKind
from booking.availability.engine.hours_text import Block
from booking.availability.holidays import service as holidays
from booking.contacts.consents import service as answers
from booking.db import unit_of_work
from booking.demo import (
    entries,
    imports,
    installation,
    knowledge_tests,
    lectures,
    members,
    nominations,
    operations,
    orders,
    organisations,
    proposals,
    returned,
    security,
    stages,
)
from booking.demo.afterwards import attendance, effects, evaluations, unmet
from booking.demo.afterwards import lectures as heard_lectures
from booking.demo.afterwards.lectures import Hearing
from booking.demo.engine import data
from booking.demo.engine.people import DemoBranch, DemoPerson, branches, people
from booking.demo.engine.regions import CAPITAL, PROVINCE, REGIONS
from booking.demo.lectures import PAST, Made, progress_bar
from booking.demo.personal import calendars, consents, contacts, feeds, notifications, own_pages
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.outbox import service as outbox
from booking.web import loopback


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
            session, demo_people, demo_branches, password_hash, now - PAST - timedelta(days=70)
        )
    _hours(ids, demo_people, rng, today)
    lectures.add_lectures(
        rng, province_size.lectures, demo_people, demo_branches, ids, now=now, zone=zone
    )
    orders.add_orders(ids.organisations, rng, now=now, zone=zone)
    with unit_of_work() as session:
        for days in ((8, 2), (37, 31), (98, 91)):
            number = heard_lectures.held(
                session,
                ids.topics[_busiest(demo_people)],
                Hearing(ids.organisations[0], demo_branches[0].region, days),
                now=now,
                zone=zone,
            )
            if number is not None:
                attendance.add(session, number)
        # Chance of its own: what comes later in the province stays as it was.
        effects.add(session, random.Random(seed), now=now, zone=zone)  # nosec B311
        evaluations.add(
            session,
            random.Random(seed),  # nosec B311
            ids.instructors[_busiest(demo_people)],
            now=now,
        )
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
        organisations.add(session, organisation_id=ids.organisations[0], now=now)
        _sign_ins(session, ids, demo_people, password_hash, now)
        installation.describe(session, now=now)
        entries.add(session, ids.instructors, ids.instructors[_busiest(demo_people)], now=now)
        consents.add(session, ids.instructors, ids.instructors[_busiest(demo_people)], now=now)
        operations.add_mails(session, now)
        operations.add_robots(session, now)
        imports.add(session, now=now)
    busy = calendars.read(now, zone)
    with unit_of_work() as session:
        members.add(session, demo_branches, password_hash, now=now)
        nominations.add(
            session,
            instructor_ids=ids.instructors,
            organisation_id=ids.organisations[0],
            region_code=demo_branches[0].region,
            now=now,
            today=today,
        )
        own_pages.add(
            session,
            instructor_id=ids.instructors[_busiest(demo_people)],
            ids=ids.instructors,
            today=today,
            now=now,
        )
        calendars.add(
            session,
            instructor_id=ids.instructors[_busiest(demo_people)],
            busy=busy,
            now=now,
        )
        contacts.add(
            session,
            instructor_ids=ids.instructors,
            own_id=ids.instructors[_busiest(demo_people)],
            organisation_id=ids.organisations[0],
            now=now,
            zone=zone,
        )
        notifications.add(
            session,
            instructor="instructor@example.org",
            coordinator=imports.COORDINATOR,
            now=now,
        )
        feeds.add(
            session,
            instructor="instructor@example.org",
            instructor_id=ids.instructors[_busiest(demo_people)],
            branch="branch@example.org",
            now=now,
        )
        feeds.name_attendees(
            session,
            branch="branch@example.org",
            organisation_id=ids.organisations[0],
            now=now,
        )
    with unit_of_work() as session:
        returned.add(session, now=now)
        busiest = ids.instructors[_busiest(demo_people)]
        knowledge_tests.add(session, instructor_id=busiest, rng=rng, now=now)
        unmet.add(
            session,
            coordinator=imports.COORDINATOR,
            region_code=demo_branches[0].region,
            now=now,
            zone=zone,
        )
    operations.add_runs(now)
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
    with progress_bar(demo_people, label="instructors") as bar:
        for person in bar:
            entry = instructors.add_instructor(
                session, facts=_facts(person, field_ids), actor=SYSTEM, now=now
            )
            ids.instructors.append(entry.id)
            ids.topics.append(instructors.topic_ids(session, entry.id))
            members.instructor_account(
                session, person, len(ids.instructors), entry.id, password_hash, now
            )
    with progress_bar(demo_branches, label="branches") as bar:
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
        # Who looks at the demonstration is led to the pages first.
        answers.note_answered(session, user_id=user.id, now=now)
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
