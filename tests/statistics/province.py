"""A small random province as rows, and its lectures counted again one by one in Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role, within
from booking.accounts.models import Organisation
from booking.demand.engine.needs import UnmetKind
from booking.instructors.engine.vocabulary import Format, TopicState
from booking.instructors.models import Field, Instructor, ServedRegion, Topic
from booking.lectures.engine.agreement import ProposalKind, ProposalState
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.proposals.models import Proposal
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.needs import UnmetReason
from booking.orders.models import OfferState, Order, OrderOffer
from booking.statistics.engine.distributions import DAY_CLASSES, HOUR_CLASSES
from booking.statistics.engine.filters import WITHOUT_FIELD, Behind, Filters
from booking.statistics.reads.selection import ENDS
from tests.factories import NOW, ZONE

REGIONS = ("990000", "990100", "990102", "990121", "990200", "990202")
ENDED_BY = (Party.BRANCH, Party.INSTRUCTOR, Party.SYSTEM, Party.COORDINATOR)


def build(session: Session, chance: random.Random) -> None:
    """Fields, units, instructors, lectures with history and record, orders."""
    name = uuid4().hex[:8]
    top = [Field(code=f"{name}-{at}", name=f"{name}-{at}") for at in range(2)]
    session.add_all(top)
    session.flush()
    below = Field(code=f"{name}-b", name=f"{name}-b", parent_id=top[0].id)
    session.add(below)
    session.flush()
    fields = [*(one.id for one in top), below.id, None]
    units = [_unit(session, chance, f"{name}{at}") for at in range(chance.randint(1, 5))]
    topics = [
        topic
        for at in range(chance.randint(1, 4))
        for topic in _instructor(session, chance, f"{name}{at}", fields)
    ]
    session.flush()
    made = [
        _lecture(session, chance, chance.choice(units), chance.choice(topics))
        for _at in range(chance.randint(0, 25))
    ]
    session.flush()
    for lecture in made:
        _life(session, chance, lecture)
    for at in range(chance.randint(0, 8)):
        _order(session, chance, f"DD-{name}-{at}", units, topics, fields, made)
    session.flush()


def _unit(session: Session, chance: random.Random, name: str) -> Organisation:
    closed = NOW if chance.random() < 0.15 else None
    unit = Organisation(name=name, region_code=chance.choice(REGIONS), closed_at=closed)
    session.add(unit)
    return unit


def _instructor(
    session: Session, chance: random.Random, name: str, fields: list[int | None]
) -> list[Topic]:
    person = Instructor(
        name=name,
        workplace=name,
        sort_key=name,
        region_code=chance.choice(REGIONS),
        listed=chance.random() < 0.8,
        created_at=NOW,
        changed_at=NOW,
    )
    session.add(person)
    session.flush()
    for code in chance.sample(REGIONS, chance.randint(1, 2)):
        session.add(ServedRegion(instructor_id=person.id, region_code=code))
    topics = [
        Topic(
            instructor_id=person.id,
            title=f"{name}-{at}",
            field_id=chance.choice(fields),
            state=chance.choice(list(TopicState)),
        )
        for at in range(chance.randint(1, 3))
    ]
    session.add_all(topics)
    return topics


def _lecture(session: Session, chance: random.Random, unit: Organisation, topic: Topic) -> Lecture:
    starts = NOW + timedelta(minutes=chance.randint(-60 * 24 * 500, 60 * 24 * 60))
    name = uuid4().hex
    lecture = Lecture(
        uid=name,
        number=name[:16],
        state=chance.choice([State.DELIVERED, State.DELIVERED, *State]),
        instructor_id=topic.instructor_id,
        topic_id=topic.id if chance.random() < 0.9 else None,
        title=topic.title,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        time_zone="Asia/Shanghai",
        region_code=chance.choice(REGIONS),
        place="二楼",
        format=Format.LECTURE,
        reply_due_at=starts,
        cancelled_late=chance.random() < 0.3,
        created_at=starts - timedelta(minutes=chance.randint(-600, 60 * 24 * 50)),
        changed_at=starts,
    )
    lecture.organisation = unit
    session.add(lecture)
    return lecture


def _life(session: Session, chance: random.Random, lecture: Lecture) -> None:
    def note(minutes: int, party: Party, command: Command | None, target: State) -> None:
        session.add(
            HistoryEntry(
                lecture_id=lecture.id,
                at=lecture.created_at + timedelta(minutes=minutes, microseconds=minutes),
                party=party,
                command=command,
                target=target,
            )
        )
        session.flush()

    note(0, Party.BRANCH, None, State.REQUESTED)
    if chance.random() < 0.7:
        answer = chance.choice((Command.CONFIRM, Command.DECLINE))
        note(chance.randint(1, 6000), Party.INSTRUCTOR, answer, State.CONFIRMED)
    command = ENDS.get(lecture.state)
    for _again in range(chance.randint(1, 2) if command else 0):
        note(chance.randint(6001, 9000), chance.choice(ENDED_BY), command, lecture.state)
    if lecture.state in (State.DELIVERED, State.NOT_HELD) and chance.random() < 0.8:
        held = lecture.state is State.DELIVERED
        reasons = [one for one in LectureOutcome if one is not LectureOutcome.HELD]
        session.add(
            LectureRecord(
                lecture_id=lecture.id,
                outcome=LectureOutcome.HELD if held else chance.choice(reasons),
                listeners=chance.choice((None, chance.randint(0, 90))) if held else None,
                credit_hours=Decimal(chance.randint(0, 60)) / 10 if held else None,
                party=Party.BRANCH,
                filed_at=NOW,
            )
        )
    for _one in range(chance.randint(0, 2)):
        session.add(
            Proposal(
                lecture_id=lecture.id,
                kind=chance.choice(list(ProposalKind)),
                state=chance.choice((ProposalState.ACCEPTED, ProposalState.REFUSED)),
                party=chance.choice((Party.BRANCH, Party.INSTRUCTOR)),
                needs_review=False,
                reply_due_at=NOW,
                created_at=NOW,
                changed_at=NOW,
            )
        )


def _order(
    session: Session,
    chance: random.Random,
    number: str,
    units: list[Organisation],
    topics: list[Topic],
    fields: list[int | None],
    lectures: list[Lecture],
) -> None:
    state = chance.choice((OrderState.REJECTED, OrderState.EXPIRED, OrderState.FULFILLED))
    taken = set(session.scalars(select(Order.lecture_id)))
    free = [one for one in lectures if one.id not in taken]
    met = state is OrderState.FULFILLED and free
    order = Order(
        number=number[:20],
        state=state,
        organisation_id=chance.choice(units).id,
        topic_id=chance.choice((None, chance.choice(topics).id)),
        field_id=chance.choice(fields),
        region_code=chance.choice(REGIONS),
        place="",
        unmet=None if state is OrderState.FULFILLED else chance.choice(list(UnmetReason)),
        lecture_id=chance.choice(free).id if met else None,
        cancelled_lecture_id=_reopened(session, chance, lectures),
        created_at=NOW,
        changed_at=NOW + timedelta(minutes=chance.randint(-60 * 24 * 400, 60 * 24 * 30)),
        expires_at=NOW + timedelta(minutes=chance.randint(-60 * 24 * 400, 60 * 24 * 30)),
    )
    session.add(order)
    session.flush()
    if met:
        guest = Order(
            number=f"{number[:18]}-g",
            state=OrderState.FULFILLED,
            organisation_id=chance.choice(units).id,
            region_code=order.region_code,
            place="",
            merged_into_id=order.id,
            created_at=NOW,
            changed_at=NOW,
            expires_at=order.expires_at,
        )
        session.add(guest)
    asked = set(session.scalars(select(OrderOffer.lecture_id)))
    unasked = [one for one in lectures if one.id not in asked]
    if unasked and chance.random() < 0.5:
        offered = chance.choice(unasked)
        session.add(
            OrderOffer(
                order_id=order.id,
                instructor_id=offered.instructor_id,
                starts_at=offered.starts_at,
                state=OfferState.DECLINED,
                lecture_id=offered.id,
                at=NOW,
            )
        )
    session.flush()


def _reopened(session: Session, chance: random.Random, lectures: list[Lecture]) -> int | None:
    """The lecture after whose cancellation the order was opened again; one order for each."""
    taken = set(session.scalars(select(Order.cancelled_lecture_id)))
    free = [one.id for one in lectures if one.id not in taken]
    return chance.choice(free) if free and chance.random() < 0.2 else None


@dataclass(frozen=True, slots=True)
class Recount:
    """Everything, read without conditions, and counted one by one."""

    session: Session
    who: Actor
    filters: Filters
    zone: ZoneInfo = ZONE

    def sees(self, region_code: str) -> bool:
        """Whether a region is in the scope and in the chosen region."""
        if self.filters.region and not within(region_code, self.filters.region):
            return False
        return self.who.has(Role.ADMIN) or any(
            within(region_code, scope) for scope in self.who.scopes
        )

    def day(self, instant: datetime) -> date:
        """The local day."""
        return instant.astimezone(self.zone).date()

    def counts_on(self, instant: datetime) -> bool:
        """Whether the local day is in the period."""
        return self.filters.period.first <= self.day(instant) <= self.filters.period.last

    def fits(self, field_id: int | None) -> bool:
        """Whether the field is the chosen one or under it."""
        if not self.filters.field:
            return True
        if self.filters.field == WITHOUT_FIELD:
            return field_id is None
        if field_id is None:
            return False
        field = self.session.get_one(Field, field_id)
        above = self.session.get(Field, field.parent_id) if field.parent_id else None
        return self.filters.field in (field.code, above.code if above else "")

    def field_of(self, lecture: Lecture) -> int | None:
        """The field of its topic."""
        return lecture.topic.field_id if lecture.topic else None

    def all_lectures(self) -> list[Lecture]:
        """Every lecture of the database."""
        return list(self.session.scalars(select(Lecture).order_by(Lecture.id)))

    def lectures(self) -> list[Lecture]:
        """Those that count."""
        return [
            one
            for one in self.all_lectures()
            if self.sees(one.organisation.region_code)
            and self.counts_on(one.starts_at)
            and self.fits(self.field_of(one))
        ]

    def record(self, lecture: Lecture) -> LectureRecord | None:
        """The record of a lecture."""
        return self.session.get(LectureRecord, lecture.id)

    def reached(self, unit: Organisation) -> bool:
        """Whether a lecture was held for a unit, or it took part in one."""
        orders = self.session.scalars(select(Order).where(Order.organisation_id == unit.id)).all()
        heard = {one.merged_into.lecture_id for one in orders if one.merged_into is not None}
        return any(
            one.state is State.DELIVERED
            and self.counts_on(one.starts_at)
            and self.fits(self.field_of(one))
            and (one.organisation_id == unit.id or one.id in heard)
            for one in self.all_lectures()
        )

    def units(self) -> list[Organisation]:
        """The open units of the scope."""
        every = self.session.scalars(select(Organisation).order_by(Organisation.id))
        return [one for one in every if not one.closed_at and self.sees(one.region_code)]

    def unmet(self) -> Iterator[tuple[str, str, int | None, UnmetKind]]:
        """Number, region, field and kind of each need that came to nothing."""
        orders = self.session.scalars(select(Order).order_by(Order.id)).all()
        of_orders = set(self.session.scalars(select(OrderOffer.lecture_id)))
        of_orders |= {one.cancelled_lecture_id for one in orders}
        for lecture in self.all_lectures():
            kind = self._kind(lecture)
            if kind is not None and lecture.id not in of_orders:
                yield from self._counted_need(lecture, self.field_of(lecture), kind)
        for order in orders:
            if order.state in (OrderState.REJECTED, OrderState.EXPIRED):
                refused = order.unmet is UnmetReason.REFUSED
                kind = UnmetKind.REFUSED if refused else UnmetKind.NOBODY
                kind = UnmetKind.CANCELLED if order.cancelled_lecture_id else kind
                field = order.field_id or (order.topic.field_id if order.topic else None)
                yield from self._counted_need(order, field, kind)

    def _kind(self, lecture: Lecture) -> UnmetKind | None:
        if lecture.state is State.EXPIRED:
            return UnmetKind.EXPIRED
        if lecture.state is State.DECLINED:
            return UnmetKind.REFUSED
        last = lecture.history[-1]
        by_instructor = last.party in (Party.INSTRUCTOR, Party.COORDINATOR)
        cancelled = lecture.state is State.CANCELLED and last.command is Command.CANCEL
        return UnmetKind.CANCELLED if cancelled and by_instructor else None

    def _counted_need(
        self, one: Lecture | Order, field: int | None, kind: UnmetKind
    ) -> Iterator[tuple[str, str, int | None, UnmetKind]]:
        region = one.organisation.region_code
        if self.sees(region) and self.counts_on(one.changed_at) and self.fits(field):
            yield one.number, region, field, kind

    def lead_days(self, lecture: Lecture) -> int:
        """Whole days from request to lecture."""
        return _whole(lecture.starts_at, lecture.created_at, 86_400)

    def answer_hours(self, lecture: Lecture) -> int | None:
        """Whole hours from request to first answer."""
        answers = [
            one.at for one in lecture.history if one.command in (Command.CONFIRM, Command.DECLINE)
        ]
        asked = min(one.at for one in lecture.history if one.target is State.REQUESTED)
        return _whole(min(answers), asked, 3600) if answers else None

    def ended_by(self, lecture: Lecture) -> Party | None:
        """Who ended it last."""
        ends = [one for one in lecture.history if one.command in ENDS.values()]
        return max(ends, key=lambda one: one.id).party if ends else None

    def load(self) -> Counter[int]:
        """How many listed instructors of the scope held so many lectures."""
        found: Counter[int] = Counter()
        held = Counter(
            one.instructor_id
            for one in self.all_lectures()
            if one.state is State.DELIVERED
            and self.counts_on(one.starts_at)
            and self.fits(self.field_of(one))
        )
        for person in self.session.scalars(select(Instructor).order_by(Instructor.id)):
            if person.listed and self.sees(person.region_code):
                found[held[person.id]] += 1
        return found

    def behind(self, behind: Behind) -> list[int]:
        """The ids of the lectures behind a number, sorted."""
        return sorted(one.id for one in self.lectures() if self._is_behind(one, behind))

    def _is_behind(self, one: Lecture, behind: Behind) -> bool:
        if behind.state is not None and one.state is not behind.state:
            return False
        if behind.party is not None and (
            one.state not in ENDS or self.ended_by(one) is not behind.party
        ):
            return False
        if behind.lead is not None:
            low, high = DAY_CLASSES[behind.lead].low, DAY_CLASSES[behind.lead].high
            days = self.lead_days(one)
            if (behind.lead and days < low) or (high is not None and days > high):
                return False
        if behind.answer is not None:
            hours, among = self.answer_hours(one), HOUR_CLASSES[behind.answer]
            if hours is None or hours < among.low:
                return False
            if among.high is not None and hours > among.high:
                return False
        return not behind.own_region or one.organisation.region_code == self.filters.region


def _whole(later: datetime, earlier: datetime, seconds: int) -> int:
    """Whole units between the whole seconds of two instants, towards zero."""
    return int((int(later.timestamp()) - int(earlier.timestamp())) / seconds)
