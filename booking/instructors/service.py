"""Keep the register: fields, instructors, topics and contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from booking.accounts.models import Region
from booking.errors import Invalid, NotFound
from booking.instructors import names, terms
from booking.instructors.models import (
    Contact,
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)
from booking.instructors.vocabulary import (
    DEFAULT_MINUTES,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Audience,
    Channel,
    Format,
    Visibility,
    bits_over,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What is known of a topic when it is added."""

    title: str
    summary: str = ""
    minutes: int = DEFAULT_MINUTES
    field_id: int | None = None
    audiences: tuple[Audience, ...] = ()
    formats: tuple[Format, ...] = ()


@dataclass(frozen=True, slots=True)
class InstructorFacts:
    """What is known of an instructor when the entry is made."""

    name: str
    workplace: str
    region_code: str
    title: str = ""
    gender: str | None = None
    birth_month: str | None = None
    introduction: str = ""
    name_pinyin: str | None = None
    field_ids: tuple[int, ...] = ()
    serves: tuple[str, ...] = ()
    topics: tuple[TopicFacts, ...] = ()
    contacts: tuple[tuple[Channel, str], ...] = field(default=(), repr=False)


def add_field(
    session: Session,
    *,
    code: str,
    name: str,
    name_en: str | None = None,
    parent_id: int | None = None,
) -> Field:
    """Add a field to the controlled list."""
    entry = Field(code=code, name=name, name_en=name_en, parent_id=parent_id)
    session.add(entry)
    session.flush()
    return entry


def add_instructor(session: Session, *, facts: InstructorFacts, now: datetime) -> Instructor:
    """Make a register entry with topics, fields, regions and hidden contacts."""
    if not facts.name:
        raise Invalid(_("The name is missing."), field="name")
    instructor = Instructor(
        name=facts.name,
        name_pinyin=facts.name_pinyin,
        sort_key=names.sort_key(facts.name, facts.name_pinyin)[:200],
        workplace=facts.workplace,
        title=facts.title,
        gender=facts.gender,
        birth_month=facts.birth_month,
        introduction=facts.introduction,
        region_code=facts.region_code,
        created_at=now,
        changed_at=now,
    )
    session.add(instructor)
    session.flush()
    add_fields(session, instructor=instructor, field_ids=facts.field_ids)
    # Without a word about where, it is at home: a search in that district finds the person.
    serves = facts.serves or (facts.region_code,)
    add_served_regions(session, instructor=instructor, codes=serves)
    for topic in facts.topics:
        add_topic(session, instructor=instructor, facts=topic)
    add_contacts(session, instructor=instructor, contacts=facts.contacts, now=now)
    refresh_search_text(session, [instructor])
    return instructor


def add_topic(session: Session, *, instructor: Instructor, facts: TopicFacts) -> Topic:
    """Add a topic. The caller refreshes the search text when all are added."""
    if not SHORTEST_MINUTES <= facts.minutes <= LONGEST_MINUTES:
        raise Invalid(_("A lecture lasts from 15 minutes to 8 hours."), field="minutes")
    topic = Topic(
        instructor_id=instructor.id,
        title=facts.title,
        summary=facts.summary,
        minutes=facts.minutes,
        field_id=facts.field_id,
        audiences=facts.audiences,
        formats=facts.formats,
    )
    session.add(topic)
    session.flush()
    return topic


def set_topic_days(
    session: Session,
    *,
    instructor_id: int,
    topic_id: int,
    first: date | None,
    last: date | None,
) -> Topic:
    """Say from when to when a topic is offered, both days inclusive (None: no limit).

    Raises `NotFound` (404) for a topic of somebody else, `Invalid` (422) for reversed days.
    """
    topic = session.get(Topic, topic_id)
    if topic is None or topic.instructor_id != instructor_id:
        raise NotFound()
    if first is not None and last is not None and last < first:
        raise Invalid(_("The last day lies before the first day."), field="last")
    topic.valid_from, topic.valid_to = first, last
    session.flush()
    return topic


def add_fields(session: Session, *, instructor: Instructor, field_ids: Iterable[int]) -> int:
    """Add the fields that are missing; returns how many."""
    known = select(InstructorField.field_id).where(InstructorField.instructor_id == instructor.id)
    missing = _missing(field_ids, session.scalars(known).all())
    session.add_all(InstructorField(instructor_id=instructor.id, field_id=one) for one in missing)
    session.flush()
    return len(missing)


def add_served_regions(session: Session, *, instructor: Instructor, codes: Iterable[str]) -> int:
    """Add the regions that are missing; returns how many."""
    known = select(ServedRegion.region_code).where(ServedRegion.instructor_id == instructor.id)
    missing = _missing(codes, session.scalars(known).all())
    session.add_all(ServedRegion(instructor_id=instructor.id, region_code=one) for one in missing)
    session.flush()
    return len(missing)


def add_contacts(
    session: Session,
    *,
    instructor: Instructor,
    contacts: Iterable[tuple[Channel, str]],
    now: datetime,
) -> int:
    """Add the contacts that are missing, hidden; returns how many."""
    known = {
        (channel, value)
        for channel, value in session.execute(
            select(Contact.channel, Contact.value).where(Contact.instructor_id == instructor.id)
        )
    }
    missing = _missing(contacts, known)
    session.add_all(
        Contact(
            instructor_id=instructor.id,
            channel=channel,
            value=value,
            visibility=Visibility.HIDDEN,
            created_at=now,
        )
        for channel, value in missing
    )
    session.flush()
    return len(missing)


def refresh_search_text(session: Session, instructors: Sequence[Instructor]) -> None:
    """Write anew what a search looks at, for entries whose names, fields or topics changed."""
    ids = [instructor.id for instructor in instructors]
    topics: dict[int, list[Topic]] = defaultdict(list)
    for topic in session.scalars(select(Topic).where(Topic.instructor_id.in_(ids))):
        topics[topic.instructor_id].append(topic)
    fields = _grouped(
        session,
        select(InstructorField.instructor_id, Field.name)
        .join(Field)
        .where(InstructorField.instructor_id.in_(ids)),
    )
    english = _english_fields(session, ids)
    for one in instructors:
        phrases = [*(topic.title for topic in topics[one.id]), *fields.get(one.id, ())]
        texts = [one.name, one.workplace, one.title, *phrases, *english.get(one.id, ())]
        words = names.normalise(" ".join(texts))
        pinyin = names.pinyin_tokens(one.name, one.name_pinyin)
        one.search_text = words[: terms.MAX_TEXT]
        one.search_pinyin = f"{pinyin} {names.phrase_tokens(phrases)}"[: terms.MAX_PINYIN]
        active = [topic for topic in topics[one.id] if topic.active]
        one.audience_bits = bits_over(topic.audiences for topic in active)
        one.format_bits = bits_over(topic.formats for topic in active)
    session.flush()


def _english_fields(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """English names of the fields of each instructor and of the fields above, each once.

    The landing page counts an instructor in the field above as well, under its English name.
    """
    above = aliased(Field)
    query = (
        select(InstructorField.instructor_id, Field.name_en, above.name_en)
        .join(Field, Field.id == InstructorField.field_id)
        .outerjoin(above, above.id == Field.parent_id)
        .where(InstructorField.instructor_id.in_(ids))
        .order_by(Field.id)
    )
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for owner, *both in session.execute(query):
        found[owner].update(dict.fromkeys(name for name in both if name))
    return {owner: list(known) for owner, known in found.items()}


def field_ids_by_name(session: Session) -> dict[str, int]:
    """Every field's id by its normalised name."""
    rows = session.execute(select(Field.id, Field.name))
    return {names.normalise(name): field_id for field_id, name in rows}


def regions_by_name(session: Session) -> dict[str, str]:
    """Every region's code by its normalised name (the higher region where names repeat)."""
    rows = session.execute(select(Region.code, Region.name).order_by(Region.code.desc()))
    return {names.normalise(name): code for code, name in rows}


def _missing(wanted: Iterable[T], known: Collection[T]) -> list[T]:
    return [one for one in dict.fromkeys(wanted) if one not in known]


def _grouped(session: Session, query: Select[int, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for owner, value in session.execute(query):
        found.setdefault(owner, []).append(value)
    return found


def field_ids_by_code(session: Session) -> dict[str, int]:
    """Every field's id by its code."""
    return dict(session.execute(select(Field.code, Field.id)).all())


def topic_ids(session: Session, instructor_id: int) -> list[int]:
    """The ids of an instructor's topics in the order in which they were added."""
    query = select(Topic.id).where(Topic.instructor_id == instructor_id).order_by(Topic.id)
    return list(session.scalars(query))
