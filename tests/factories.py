"""Test data: users and lectures, created through the services.

The users: Chen and Zhou are instructors, Li and Zhao contacts of a branch each, Wang and Sun
coordinators of 栖云市 and 澄湖市, root the administrator. Chen, Li and Wang belong to 栖云市;
Zhou, Zhao and Sun to 澄湖市.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM, Role
from booking.accounts.models import Organisation, User
from booking.availability import service as availability
from booking.contacts.consents import service as consents
from booking.db import unit_of_work
from booking.instructors import editable_entry
from booking.instructors import service as instructors
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.lectures import service as lectures
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 2026-11-23, 10:00 in Shanghai: with three days of notice Thursday is bookable."""

PASSWORD = "correct horse battery"
CITY, DISTRICT, COUNTY = "990100", "990102", "990121"
OTHER_CITY, OTHER_DISTRICT = "990200", "990202"
WEEKDAYS = range(5)

CHEN, ZHOU = "chen@example.org", "zhou@example.org"
LI, ZHAO = "li@example.org", "zhao@example.org"
WANG, SUN = "wang@example.org", "sun@example.org"
ROOT = "root@example.org"


@dataclass(frozen=True, slots=True)
class Teacher:
    """Ids of an instructor, of the first topic and of the user account."""

    id: int
    topic: int
    user: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Ids of an organisation and of its contact's user account."""

    id: int
    user: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of all users, with their instructors and organisations."""

    chen: Teacher
    zhou: Teacher
    li: Branch
    zhao: Branch
    wang: int
    sun: int
    root: int


@cache
def password_hash() -> str:
    """The hash of `PASSWORD`, cached: password hashing is slow."""
    return str(hash_password(PASSWORD))


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """The instant of a local time `days` after the day of `NOW`."""
    day = NOW.astimezone(ZONE).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE).astimezone(UTC)


def make_user(session: Session, email: str, name: str, role: Role, **limit: Any) -> User:
    """A user with one role; `limit` is an organisation_id, instructor_id or region_code.

    The question about consents that follows the first sign-in is answered: with nothing.
    """
    user = accounts.create_user(
        session, email=email, name=name, password_hash=password_hash(), now=NOW
    )
    accounts.add_membership(session, user=user, role=role, now=NOW, **limit)
    consents.note_answered(session, user_id=user.id, now=NOW)
    return user


def make_branch(
    session: Session, name: str = "栖云市第一支部", *, region: str = COUNTY
) -> Organisation:
    """An organisation."""
    return accounts.add_organisation(session, name=name, region_code=region)


def make_instructor(
    session: Session,
    name: str = "陈明",
    *,
    region: str = DISTRICT,
    workplace: str = "汀兰大学（虚构）",
    minutes: Sequence[int] = (120,),
    contacts: tuple[tuple[Channel, str], ...] = (),
) -> int:
    """An instructor without hours, with one topic per length in `minutes`; returns the id."""
    topics = tuple(
        TopicFacts(
            title=f"家庭急救常识（{length}分钟）", summary="从拨打急救电话说起。", minutes=length
        )
        for length in minutes
    )
    facts = InstructorFacts(
        name=name, workplace=workplace, region_code=region, topics=topics, contacts=contacts
    )
    return instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW).id


def editable(session: Session, instructor_id: int) -> EditableEntry:
    """An editable entry, with the permissions of commands."""
    return editable_entry.editable(
        session, instructor_id=instructor_id, actor=SYSTEM, permission="register.import"
    )


def open_hours(
    session: Session,
    instructor_id: int,
    *,
    weekdays: Sequence[int] = WEEKDAYS,
    start: int = 8,
    end: int = 20,
) -> None:
    """Set weekly hours from `start` to `end`, local hours, on some weekdays (0 is Monday)."""
    week = {weekday: [(start * 60, end * 60)] for weekday in weekdays}
    availability.set_week(session, instructor_id=instructor_id, week=week)


def _teacher(
    session: Session, name: str, email: str, region: str, minutes: tuple[int, ...]
) -> Teacher:
    instructor_id = make_instructor(session, name, region=region, minutes=minutes)
    open_hours(session, instructor_id)
    user = make_user(session, email, name, Role.INSTRUCTOR, instructor_id=instructor_id)
    return Teacher(instructor_id, instructors.topic_ids(session, instructor_id)[0], user.id)


def _branch(session: Session, name: str, region: str, email: str, contact: str) -> Branch:
    unit = make_branch(session, name, region=region)
    user = make_user(session, email, contact, Role.BRANCH, organisation_id=unit.id)
    return Branch(unit.id, user.id)


def invite(app: Flask) -> Cast:
    """Create all users of the cast."""
    with app.app_context(), unit_of_work() as session:
        wang = make_user(session, WANG, "王强", Role.COORDINATOR, region_code=CITY)
        sun = make_user(session, SUN, "孙丽", Role.COORDINATOR, region_code=OTHER_CITY)
        return Cast(
            chen=_teacher(session, "陈明", CHEN, DISTRICT, (120, 60)),
            zhou=_teacher(session, "周岚", ZHOU, OTHER_DISTRICT, (120,)),
            li=_branch(session, "岫云县第一支部", COUNTY, LI, "李静"),
            zhao=_branch(session, "观屿区第一支部", OTHER_DISTRICT, ZHAO, "赵云"),
            wang=wang.id,
            sun=sun.id,
            root=make_user(session, ROOT, "管理员", Role.ADMIN).id,
        )


def booking_request(cast: Cast, starts_at: datetime | None = None, **more: Any) -> BookingRequest:
    """Li's booking request to Chen, by default for the first bookable slot."""
    values: dict[str, Any] = {
        "instructor_id": cast.chen.id,
        "topic_id": cast.chen.topic,
        "organisation_id": cast.li.id,
        "starts_at": starts_at or at(3, 9),
        "region_code": COUNTY,
        "place": "岫云县文化馆二楼",
    }
    return BookingRequest(**values | more)


def request(
    session: Session,
    cast: Cast,
    starts_at: datetime | None = None,
    *,
    now: datetime = NOW,
    party: Party = Party.BRANCH,
    **more: Any,
) -> Lecture:
    """A requested lecture, in the caller's transaction."""
    return lectures.request_lecture(
        session,
        booking_request=booking_request(cast, starts_at, **more),
        user_id=cast.li.user,
        now=now,
        zone=ZONE,
        party=party,
    )


def move(
    session: Session,
    number: str,
    command: Command,
    party: Party,
    *,
    now: datetime = NOW,
    reason: str = "那天另有任务。",
) -> Lecture:
    """Apply a command to a lecture, in the caller's transaction."""
    return lectures.apply_command(
        session,
        number=number,
        command=command,
        parties=frozenset({party}),
        user_id=None,
        now=now,
        reason=reason,
    )


def requested(app: Flask, cast: Cast, starts_at: datetime | None = None, **more: Any) -> str:
    """The number of a requested lecture, committed."""
    with app.app_context(), unit_of_work() as session:
        return request(session, cast, starts_at, **more).number


def reviewed(app: Flask, organisation_id: int) -> None:
    """Let a branch's requests be reviewed, committed."""
    with app.app_context(), unit_of_work() as session:
        session.get_one(Organisation, organisation_id).reviews = True


def confirmed(app: Flask, cast: Cast, starts_at: datetime | None = None, **more: Any) -> str:
    """The number of a confirmed lecture, committed."""
    number = requested(app, cast, starts_at, **more)
    with app.app_context(), unit_of_work() as session:
        move(session, number, Command.CONFIRM, Party.INSTRUCTOR)
    return number
