"""The data set: the demonstration province and a few instructors for the benchmarks.

Everything is created through the services, so the rows are those that the product would write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import w1
from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM, Role
from booking.accounts.models import User
from booking.availability import service as availability
from booking.availability.engine.hours_text import Block
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import BookingRules, SlotRequest
from booking.availability.engine.rules import RuleSet
from booking.calendars.feeds import service as calendars
from booking.calendars.feeds.engine.kinds import of_instructor
from booking.db import db, unit_of_work
from booking.demo import build
from booking.demo.engine.regions import CAPITAL
from booking.instructors import editable_entry
from booking.instructors import service as instructors
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.lectures import service
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.states import Command, Party
from booking.lectures.schedules.queries import bookable_slots

EMAIL = "benchmark@example.org"
PASSWORD = "a-password-for-measuring"
FEED_SIZES = (100, 1_000)
ALL_DAY: dict[int, list[Block]] = {day: [(7 * 60, 21 * 60)] for day in range(7)}
OPEN_RULES = RuleSet(BookingRules(step_minutes=60, notice_days=0, horizon_days=364))
BATCH = 100
"""Lectures per transaction."""


class NotEmpty(RuntimeError):
    """The database has data already, to which a benchmark must not add."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Ids of an instructor created for the benchmarks and of its topic."""

    instructor_id: int
    topic_id: int


@dataclass(frozen=True, slots=True)
class Dataset:
    """What the cases request. Starts are aware UTC instants."""

    organisation_id: int
    standard: Entry
    """The W1 instructor."""
    booked: Entry
    """The instructor of the measured bookings."""
    starts: list[datetime]
    """Starts of free slots of `booked` that do not overlap."""
    feeds: dict[int, str]
    """Feed tokens by number of lectures."""


def build_dataset(*, size: str, now: datetime, zone: ZoneInfo) -> Dataset:
    """Fill the empty database of the current application; raises `NotEmpty`."""
    upgrade()
    if db.session().scalar(select(User.id).limit(1)) is not None:
        raise NotEmpty("The database has users already: give the address of an empty one.")
    build.build(size=size, seed=1, now=now, zone=zone)
    with unit_of_work() as session:
        organisation_id = _branch(session, now)
    today = now.astimezone(zone).date()
    standard = _standard(organisation_id, today, now, zone)
    feeds = {count: _feed(count, organisation_id, now=now, zone=zone) for count in FEED_SIZES}
    with unit_of_work() as session:
        booked = _instructor(session, "测速丁", 60, now)
        availability.set_week(session, instructor_id=booked.instructor_id, week=ALL_DAY)
        starts = [slot[0] for slot in _apart(_slots(session, booked, 60, now, zone))]
    _settle()
    return Dataset(organisation_id, standard, booked, starts, feeds)


def _branch(session: Session, now: datetime) -> int:
    organisation = accounts.add_organisation(session, name="测速党支部", region_code=CAPITAL)
    # The cases exceed a branch's default limits; the limits are still checked.
    organisation.open_limit = organisation.daily_limit = 1_000_000
    user = accounts.create_user(session, email=EMAIL, name="测速", password=PASSWORD, now=now)
    accounts.add_membership(
        session, user=user, role=Role.BRANCH, organisation_id=organisation.id, now=now
    )
    return organisation.id


def _instructor(session: Session, name: str, minutes: int, now: datetime) -> Entry:
    facts = InstructorFacts(
        name=name,
        workplace="测速学院（虚构）",
        region_code=CAPITAL,
        serves=(CAPITAL,),
        topics=(TopicFacts(title="测速专题", minutes=minutes),),
    )
    instructor = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=now)
    return Entry(instructor.id, instructors.topic_ids(session, instructor.id)[0])


def _standard(organisation_id: int, today: date, now: datetime, zone: ZoneInfo) -> Entry:
    """Create W1 in the database; its lectures have a separate, shorter topic."""
    with unit_of_work() as session:
        entry = _instructor(session, "测速甲", w1.MINUTES, now)
        owner = editable_entry.editable(
            session,
            instructor_id=entry.instructor_id,
            actor=SYSTEM,
            permission="register.import",
        )
        short = instructors.add_topic(
            session, entry=owner, facts=TopicFacts("短专题", minutes=w1.LECTURE_MINUTES)
        )
        week = {day: list(w1.BLOCKS) for day in w1.WEEKDAYS}
        availability.set_week(session, instructor_id=owner.id, week=week)
        for override in w1.overrides(today):
            availability.add_override(
                session,
                instructor_id=owner.id,
                kind=override.kind,
                first=override.first,
                last=override.last,
                start_minute=override.start,
                end_minute=override.end,
            )
        taught = Entry(owner.id, short.id)
        free = _apart(_slots(session, taught, w1.LECTURE_MINUTES, now, zone))
    _teach(taught, organisation_id, free[::2][: w1.LECTURES], now=now, zone=zone)
    return entry


def _feed(count: int, organisation_id: int, *, now: datetime, zone: ZoneInfo) -> str:
    """An instructor with `count` confirmed future lectures; returns the feed's token."""
    with unit_of_work() as session:
        entry = _instructor(session, f"测速{count}", 60, now)
        availability.set_week(session, instructor_id=entry.instructor_id, week=ALL_DAY)
        availability.set_rules(
            session, instructor_id=entry.instructor_id, rules=OPEN_RULES, now=now
        )
        free = _slots(session, entry, 60, now, zone)
        # A feed whose user is not, or no longer, the instructor is answered by 410.
        user = accounts.create_user(
            session, email=f"{count}.{EMAIL}", name=f"测速{count}", password=PASSWORD, now=now
        )
        accounts.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=entry.instructor_id, now=now
        )
    _teach(entry, organisation_id, free[:count], now=now, zone=zone)
    with unit_of_work() as session:
        return calendars.open_feed(
            session, of_instructor(entry.instructor_id), user_id=user.id, now=now
        )


def _slots(
    session: Session, entry: Entry, minutes: int, now: datetime, zone: ZoneInfo
) -> list[Interval]:
    today = now.astimezone(zone).date()
    by_instructor = bookable_slots(
        session,
        [entry.instructor_id],
        slot_request=SlotRequest(minutes),
        first=today,
        last=today + timedelta(days=364),
        now=now,
        zone=zone,
    )
    return by_instructor[entry.instructor_id]


def _apart(slots: Sequence[Interval]) -> list[Interval]:
    """Non-overlapping slots, chosen greedily from the first."""
    chosen: list[Interval] = []
    for slot in slots:
        if not chosen or chosen[-1][1] <= slot[0]:
            chosen.append(slot)
    return chosen


def _teach(
    entry: Entry,
    organisation_id: int,
    slots: Sequence[Interval],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    for begin in range(0, len(slots), BATCH):
        with unit_of_work() as session:
            for starts_at, _ends_at in slots[begin : begin + BATCH]:
                _confirmed(session, entry, organisation_id, starts_at, now, zone)


def _confirmed(
    session: Session,
    entry: Entry,
    organisation_id: int,
    starts_at: datetime,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    booking_request = BookingRequest(
        instructor_id=entry.instructor_id,
        topic_id=entry.topic_id,
        organisation_id=organisation_id,
        starts_at=starts_at,
        region_code=CAPITAL,
        place="测速路一号二楼会议室",
        attendees=60,
    )
    lecture = service.request_lecture(
        session, booking_request=booking_request, user_id=None, now=now, zone=zone
    )
    service.apply_command(
        session,
        number=lecture.number,
        command=Command.CONFIRM,
        parties=frozenset({Party.INSTRUCTOR}),
        user_id=None,
        now=now,
    )


def _settle() -> None:
    """Run ANALYZE on PostgreSQL, as autovacuum would; on SQLite nothing, as in production."""
    with unit_of_work() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection().exec_driver_sql("ANALYZE")
