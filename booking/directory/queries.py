"""Search the register in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from booking.accounts.models import Region
from booking.accounts.roles import lineage, scope_prefix
from booking.availability.hours import local_date
from booking.availability.intervals import Interval
from booking.availability.queries import ask_for as ask_for
from booking.directory.search import PAGE_SIZE, Search
from booking.errors import NotFound
from booking.instructors import names
from booking.instructors.models import (
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
    TopicTrait,
)
from booking.instructors.vocabulary import TraitKind
from booking.lectures.queries import diaries

EARLIEST_SHOWN = 3
LOOK_AHEAD = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Card:
    """An instructor as a list shows one, with the earliest times that can be booked."""

    instructor: Instructor
    topic: Topic | None
    """The topic that fits the search best: the times are for its length."""
    earliest: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of answers."""

    cards: list[Card]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


def find(
    session: Session, search: Search, *, here: str | None, now: datetime, zone: ZoneInfo
) -> Results:
    """The instructors who fit, by the reading of their names.

    `here` is the region of whoever asks, for the way to the lecture.
    """
    conditions = _conditions(search)
    total = session.scalar(select(func.count()).select_from(Instructor).where(*conditions)) or 0
    page = min(search.page, max(1, -(-total // PAGE_SIZE)))
    query = (
        select(Instructor)
        .where(*conditions)
        .order_by(Instructor.sort_key, Instructor.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
        .options(
            selectinload(Instructor.fields),
            selectinload(Instructor.topics).selectinload(Topic.traits),
            selectinload(Instructor.serves),
        )
    )
    found = session.scalars(query).all()
    return Results(_cards(session, found, search, here, now, zone), total, page)


def _cards(
    session: Session,
    found: Sequence[Instructor],
    search: Search,
    here: str | None,
    now: datetime,
    zone: ZoneInfo,
) -> list[Card]:
    topics = {one.id: best_topic(one, search) for one in found}
    today = local_date(now, zone)
    read = diaries(session, list(topics), first=today, last=today + LOOK_AHEAD, now=now, zone=zone)
    return [
        Card(
            one,
            topic,
            tuple(
                _spread(
                    read.offered(one.id, ask_for(topic, search.region or here or one.region_code))
                )
            )
            if topic
            else (),
        )
        for one in found
        for topic in [topics[one.id]]
    ]


def _spread(slots: list[Interval]) -> list[Interval]:
    """The first times that do not overlap each other: three real choices."""
    chosen: list[Interval] = []
    for slot in slots:
        if not chosen or slot[0] >= chosen[-1][1]:
            chosen.append(slot)
        if len(chosen) == EARLIEST_SHOWN:
            break
    return chosen


def best_topic(instructor: Instructor, search: Search) -> Topic | None:
    """The topic with the most of the searched words, the first where none has any."""
    words = names.words(names.normalise(search.words))
    active = [topic for topic in instructor.topics if topic.active]
    return max(active, key=lambda topic: _fit(topic.title, words), default=None)


def _fit(title: str, words: list[str]) -> int:
    """How many of the words stand in a title; readings are looked up for letters only."""
    text = names.normalise(title)
    if any(word.isascii() for word in words):
        text += names.phrase_tokens([title])
    return sum(word in text for word in words)


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Instructor.listed.is_(True)]
    conditions += [_has_word(word) for word in names.words(names.normalise(search.words))]
    if search.field:
        conditions.append(_in_field(search.field))
    if search.region:
        conditions.append(_teaches_in(search.region))
    if search.audience:
        conditions.append(_suits(TraitKind.AUDIENCE, search.audience))
    if search.format:
        conditions.append(_suits(TraitKind.FORMAT, search.format))
    return conditions


def _has_word(word: str) -> ColumnElement[bool]:
    """Anywhere in the text; letters also as the beginning of a pinyin token."""
    text = Instructor.search_text.like(f"%{names.escape_like(word)}%", escape="\\")
    if not word.isascii():
        return text
    token = Instructor.search_pinyin.like(f"% {names.escape_like(word)}%", escape="\\")
    return or_(text, token)


def _in_field(code: str) -> ColumnElement[bool]:
    wanted = select(Field.id).where(Field.code == code)
    return exists().where(
        InstructorField.instructor_id == Instructor.id,
        InstructorField.field_id == Field.id,
        or_(Field.code == code, Field.parent_id.in_(wanted)),
    )


def _teaches_in(code: str) -> ColumnElement[bool]:
    return exists().where(
        ServedRegion.instructor_id == Instructor.id,
        or_(
            ServedRegion.region_code.in_(lineage(code)),
            ServedRegion.region_code.startswith(scope_prefix(code), autoescape=True),
        ),
    )


def _suits(kind: TraitKind, code: str) -> ColumnElement[bool]:
    """A topic is for this audience or format, or says nothing about it (that means all)."""
    named = exists().where(TopicTrait.topic_id == Topic.id, TopicTrait.kind == kind)
    fits = exists().where(
        TopicTrait.topic_id == Topic.id, TopicTrait.kind == kind, TopicTrait.code == code
    )
    return exists().where(
        and_(Topic.instructor_id == Instructor.id, Topic.active, or_(fits, ~named))
    )


def field_counts(session: Session) -> list[tuple[Field, int]]:
    """The fields of the first level, each with how many instructors work in it or below."""
    parent = func.coalesce(Field.parent_id, Field.id)
    query = (
        select(parent, func.count(func.distinct(InstructorField.instructor_id)))
        .join(InstructorField, InstructorField.field_id == Field.id)
        .join(Instructor, Instructor.id == InstructorField.instructor_id)
        .where(Instructor.listed)
        .group_by(parent)
    )
    counts = dict(session.execute(query).all())
    fields = session.scalars(select(Field).where(Field.parent_id.is_(None)).order_by(Field.id))
    return [(field, counts.get(field.id, 0)) for field in fields]


def regions(session: Session) -> Sequence[Region]:
    """All regions in the order of their codes, which is the order of the tree."""
    return session.scalars(select(Region).order_by(Region.code)).all()


def instructor_page(session: Session, instructor_id: int) -> Instructor:
    """One instructor with what the page shows; raises `NotFound` (404)."""
    query = (
        select(Instructor)
        .where(Instructor.id == instructor_id, Instructor.listed)
        .options(
            selectinload(Instructor.fields),
            selectinload(Instructor.topics).selectinload(Topic.traits),
            selectinload(Instructor.serves),
        )
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
