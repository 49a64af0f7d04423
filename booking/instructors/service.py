"""Maintain the register: fields, instructors, topics and contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Region
from booking.errors import Invalid, NotFound
from booking.instructors import editable_entry, search_index
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import (
    DEFAULT_MINUTES,
    LENGTH_OUT_OF_RANGE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Audience,
    Channel,
    Format,
)
from booking.instructors.models import (
    Contact,
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """The values of a new topic."""

    title: str
    summary: str = ""
    minutes: int = DEFAULT_MINUTES
    field_id: int | None = None
    audiences: tuple[Audience, ...] = ()
    formats: tuple[Format, ...] = ()


@dataclass(frozen=True, slots=True)
class InstructorFacts:
    """The values of a new instructor."""

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


def add_instructor(
    session: Session, *, facts: InstructorFacts, actor: Actor, now: datetime
) -> Instructor:
    """Create a register entry with topics, fields, regions and hidden contacts.

    Raises `Forbidden` (403) unless `actor` keeps the register of the region.
    """
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
    entry = editable_entry.added(session, instructor=instructor, actor=actor)
    add_fields(session, entry=entry, field_ids=facts.field_ids)
    # Without served regions, the home region is served: a search there finds the instructor.
    serves = facts.serves or (facts.region_code,)
    add_served_regions(session, entry=entry, codes=serves)
    for topic in facts.topics:
        add_topic(session, entry=entry, facts=topic)
    add_contacts(session, entry=entry, contacts=facts.contacts, now=now)
    search_index.refresh(session, [instructor])
    return instructor


def complete(
    session: Session, *, entry: EditableEntry, facts: InstructorFacts, now: datetime
) -> bool:
    """Fill empty columns and add missing rows; returns whether anything changed.

    Existing values stay, the region of the entry included.
    """
    instructor = entry.instructor
    changed = False
    for name in ("title", "gender", "birth_month"):
        if not getattr(instructor, name) and getattr(facts, name):
            setattr(instructor, name, getattr(facts, name))
            changed = True
    titles = set(session.scalars(select(Topic.title).where(Topic.instructor_id == entry.id)))
    new_topics = [topic for topic in facts.topics if topic.title not in titles]
    for topic in new_topics:
        add_topic(session, entry=entry, facts=topic)
    added = (
        len(new_topics),
        add_fields(session, entry=entry, field_ids=facts.field_ids),
        add_served_regions(session, entry=entry, codes=facts.serves),
        add_contacts(session, entry=entry, contacts=facts.contacts, now=now),
    )
    changed = changed or any(added)
    if changed:
        instructor.changed_at = now
        search_index.refresh(session, [instructor])
    return changed


def set_listed(session: Session, *, entry: EditableEntry, listed: bool, now: datetime) -> None:
    """Show an entry to branches, or hide it with all its topics; nothing of it is deleted."""
    entry.instructor.listed, entry.instructor.changed_at = listed, now
    session.flush()


def add_topic(session: Session, *, entry: EditableEntry, facts: TopicFacts) -> Topic:
    """Add a topic. The caller refreshes the search columns when all are added."""
    if not SHORTEST_MINUTES <= facts.minutes <= LONGEST_MINUTES:
        raise Invalid(LENGTH_OUT_OF_RANGE, field="minutes")
    topic = Topic(
        instructor_id=entry.id,
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
    entry: EditableEntry,
    topic_id: int,
    first: date | None,
    last: date | None,
) -> Topic:
    """Set the days on which a topic is offered, both inclusive (None: no limit).

    Raises `NotFound` (404) for a topic of another instructor, `Invalid` (422) for reversed days.
    """
    topic = session.get(Topic, topic_id)
    if topic is None or topic.instructor_id != entry.id:
        raise NotFound()
    if first is not None and last is not None and last < first:
        raise Invalid(_("The last day lies before the first day."), field="last")
    topic.valid_from, topic.valid_to = first, last
    session.flush()
    return topic


def new_topic(entry: EditableEntry) -> Topic:
    """A topic without values, which the caller fills and adds."""
    return Topic(instructor_id=entry.id)


def set_fields(session: Session, *, entry: EditableEntry, field_ids: Iterable[int]) -> None:
    """Replace the fields."""
    session.execute(delete(InstructorField).where(InstructorField.instructor_id == entry.id))
    add_fields(session, entry=entry, field_ids=field_ids)


def set_served_regions(session: Session, *, entry: EditableEntry, codes: Iterable[str]) -> None:
    """Replace the regions served."""
    session.execute(delete(ServedRegion).where(ServedRegion.instructor_id == entry.id))
    add_served_regions(session, entry=entry, codes=codes)


def add_fields(session: Session, *, entry: EditableEntry, field_ids: Iterable[int]) -> int:
    """Add the fields that are missing; returns how many."""
    existing = select(InstructorField.field_id).where(InstructorField.instructor_id == entry.id)
    missing = _missing(field_ids, session.scalars(existing).all())
    session.add_all(
        InstructorField(instructor_id=entry.id, field_id=field_id) for field_id in missing
    )
    session.flush()
    return len(missing)


def add_served_regions(session: Session, *, entry: EditableEntry, codes: Iterable[str]) -> int:
    """Add the regions that are missing; returns how many."""
    existing = select(ServedRegion.region_code).where(ServedRegion.instructor_id == entry.id)
    missing = _missing(codes, session.scalars(existing).all())
    session.add_all(ServedRegion(instructor_id=entry.id, region_code=code) for code in missing)
    session.flush()
    return len(missing)


def add_contacts(
    session: Session,
    *,
    entry: EditableEntry,
    contacts: Iterable[tuple[Channel, str]],
    now: datetime,
) -> int:
    """Add the contacts that are missing, hidden; returns how many."""
    existing = {
        (channel, value)
        for channel, value in session.execute(
            select(Contact.channel, Contact.value).where(Contact.instructor_id == entry.id)
        )
    }
    missing = _missing(contacts, existing)
    session.add_all(
        Contact(instructor_id=entry.id, channel=channel, value=value, created_at=now)
        for channel, value in missing
    )
    session.flush()
    return len(missing)


def field_ids_by_name(session: Session) -> dict[str, int]:
    """Every field's id by its normalised name; that of a merged one leads to who took it in."""
    present = func.coalesce(Field.merged_into_id, Field.id)
    order = Field.merged_into_id.is_(None), Field.id
    rows = session.execute(select(present, Field.name).order_by(*order))
    return {names.normalise(name): field_id for field_id, name in rows}


def regions_by_name(session: Session) -> dict[str, str]:
    """Every region's code by its normalised name (the higher region where names repeat).

    The name of a merged region leads to the one that took it in.
    """
    present = func.coalesce(Region.merged_into_code, Region.code)
    # Aliases first: a region that still has the name comes after them.
    order = Region.merged_into_code.is_(None), Region.code.desc()
    rows = session.execute(select(present, Region.name).order_by(*order))
    return {names.normalise(name): code for code, name in rows}


def _missing(candidates: Iterable[T], existing: Collection[T]) -> list[T]:
    """The candidates that do not exist yet, without duplicates, in order."""
    return [candidate for candidate in dict.fromkeys(candidates) if candidate not in existing]


def field_ids_by_code(session: Session) -> dict[str, int]:
    """Every field's id by its code."""
    present = func.coalesce(Field.merged_into_id, Field.id)
    return dict(session.execute(select(Field.code, present)).all())


def topic_ids(session: Session, instructor_id: int) -> list[int]:
    """The ids of an instructor's topics in the order in which they were added."""
    query = select(Topic.id).where(Topic.instructor_id == instructor_id).order_by(Topic.id)
    return list(session.scalars(query))
