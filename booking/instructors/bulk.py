"""Adds and completes many entries at once: a constant number of statements, not some for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from booking.accounts.engine.roles import Actor
from booking.db import Base
from booking.errors import Forbidden
from booking.instructors import editable_entry, search_index
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine import index_terms, names
from booking.instructors.engine.vocabulary import Channel, bits_over
from booking.instructors.models import (
    Contact,
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)
from booking.instructors.service import InstructorFacts, TopicFacts

CHUNK = 500
"""Entries whose search columns are computed together."""

sort_key = lru_cache(maxsize=20_000)(names.sort_key)
"""Remembered, as an import computes it before the transaction that writes it."""

Texts = Callable[..., tuple[str, str]]
"""`search_index.texts`, or the same with what was computed before."""


@dataclass(frozen=True, slots=True)
class FieldNames:
    """What searches know of a field: its name, English names and codes, of the one above too."""

    name: str
    english: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryAdditions:
    """What is added to one entry; empty texts add nothing."""

    entry: EditableEntry
    title: str = ""
    gender: str = ""
    birth_month: str = ""
    topics: tuple[TopicFacts, ...] = ()
    field_ids: tuple[int, ...] = ()
    serves: tuple[str, ...] = ()
    contacts: tuple[tuple[Channel, str], ...] = ()
    name_pinyin: str = ""
    introduction: str = ""


SINGLE = ("title", "gender", "birth_month", "name_pinyin", "introduction")
"""The columns of an entry that are filled in where they are empty."""


@dataclass(frozen=True, slots=True)
class AddedRows:
    """The ids of the topics and contacts that an entry was completed with."""

    topics: tuple[int, ...]
    contacts: tuple[int, ...]


def field_names(session: Session) -> dict[int, FieldNames]:
    """What searches know of each field, by its id."""
    above = aliased(Field)
    query = select(
        Field.id, Field.name, Field.name_en, above.name_en, Field.code, above.code
    ).outerjoin(above, above.id == Field.parent_id)
    return {
        field_id: FieldNames(name, _without_none(english), _without_none(codes))
        for field_id, name, *rest in session.execute(query)
        for english, codes in [(rest[:2], rest[2:])]
    }


def _without_none(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def add_many(
    session: Session,
    facts: Sequence[InstructorFacts],
    *,
    actor: Actor,
    now: datetime,
    texts: Texts = search_index.texts,
) -> list[int]:
    """Create entries as `service.add_instructor` does; their ids in order.

    Raises `Forbidden` (403) unless `actor` keeps the register of all their regions.
    """
    for code in {one.region_code for one in facts}:
        if not editable_entry.may_add(actor, "register.import", code):
            raise Forbidden()
    known = field_names(session)
    ids = _insert(session, Instructor, [_columns(one, known, now, texts) for one in facts])
    owned = list(zip(ids, facts, strict=True))
    _insert(session, Topic, [_topic(owner, topic) for owner, one in owned for topic in one.topics])
    _insert_links(session, ((owner, one.field_ids, _served(one)) for owner, one in owned))
    _insert(
        session,
        Contact,
        [
            _contact(owner, one, now)
            for owner, fact in owned
            for one in dict.fromkeys(fact.contacts)
        ],
    )
    return ids


def complete_many(
    session: Session, additions: Sequence[EntryAdditions], *, now: datetime
) -> list[AddedRows]:
    """Add to entries as `service.complete` does; what was added to each, in order."""
    for one in additions:
        instructor = one.entry.instructor
        for name in SINGLE:
            if getattr(one, name):
                setattr(instructor, name, getattr(one, name))
        if one.name_pinyin:
            sort(instructor)
        instructor.changed_at = now
    session.flush()
    topics = _insert(
        session, Topic, [_topic(one.entry.id, topic) for one in additions for topic in one.topics]
    )
    contacts = _insert(
        session,
        Contact,
        [_contact(one.entry.id, contact, now) for one in additions for contact in one.contacts],
    )
    _insert_links(session, ((one.entry.id, one.field_ids, one.serves) for one in additions))
    refresh(session, [one.entry.instructor for one in additions])
    topic_parts = _parts(topics, [len(one.topics) for one in additions])
    contact_parts = _parts(contacts, [len(one.contacts) for one in additions])
    return [AddedRows(*rows) for rows in zip(topic_parts, contact_parts, strict=True)]


def sort(instructor: Instructor) -> None:
    """Set what an entry is sorted by."""
    key = names.sort_key(instructor.name, instructor.name_pinyin)
    instructor.sort_key = key[: names.MAX_SORT_KEY]


def refresh(session: Session, instructors: Sequence[Instructor]) -> None:
    """Recompute the search columns of many entries."""
    for start in range(0, len(instructors), CHUNK):
        search_index.refresh(session, instructors[start : start + CHUNK])


def _parts(ids: Sequence[int], sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """`ids` in parts of these sizes."""
    ends = [0]
    for size in sizes:
        ends.append(ends[-1] + size)
    return [tuple(ids[start:end]) for start, end in pairwise(ends)]


def _insert(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows; their ids in order."""
    if not rows:
        return []
    key = table.__table__.c.id
    statement = insert(table).returning(key, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def _insert_links(
    session: Session, owned: Iterable[tuple[int, tuple[int, ...], tuple[str, ...]]]
) -> None:
    """Insert fields and served regions of entries: (entry, field ids, region codes)."""
    fields, regions = [], []
    for owner, field_ids, codes in owned:
        fields += [{"instructor_id": owner, "field_id": one} for one in dict.fromkeys(field_ids)]
        regions += [{"instructor_id": owner, "region_code": one} for one in dict.fromkeys(codes)]
    for table, rows in ((InstructorField, fields), (ServedRegion, regions)):
        if rows:
            session.execute(insert(table), rows)


def _served(facts: InstructorFacts) -> tuple[str, ...]:
    """The served regions; without any the home region, so that a search there finds the person."""
    return facts.serves or (facts.region_code,)


def _columns(
    facts: InstructorFacts, known: dict[int, FieldNames], now: datetime, texts: Texts
) -> dict[str, Any]:
    fields = [known[one] for one in sorted(set(facts.field_ids))]
    text, pinyin = texts(
        (facts.name, facts.workplace, facts.title),
        facts.name_pinyin,
        titles=tuple(topic.title for topic in facts.topics),
        summaries=tuple(topic.summary for topic in facts.topics),
        field_names=_without_none(field.name for field in fields),
        english=_without_none(name for field in fields for name in field.english),
    )
    codes = _without_none(code for field in fields for code in field.codes)
    return {
        "name": facts.name,
        "name_pinyin": facts.name_pinyin,
        "sort_key": sort_key(facts.name, facts.name_pinyin)[: names.MAX_SORT_KEY],
        "workplace": facts.workplace,
        "title": facts.title,
        "gender": facts.gender,
        "birth_month": facts.birth_month,
        "introduction": facts.introduction,
        "region_code": facts.region_code,
        "created_at": now,
        "changed_at": now,
        "search_text": text,
        "search_pinyin": pinyin,
        "search_codes": index_terms.codes(codes, sorted(set(_served(facts)))),
        "audience_bits": bits_over(topic.audiences for topic in facts.topics),
        "format_bits": bits_over(topic.formats for topic in facts.topics),
    }


def _topic(owner: int, facts: TopicFacts) -> dict[str, Any]:
    return {
        "instructor_id": owner,
        "title": facts.title,
        "summary": facts.summary,
        "minutes": facts.minutes,
        "field_id": facts.field_id,
        "audiences": facts.audiences,
        "formats": facts.formats,
    }


def _contact(owner: int, contact: tuple[Channel, str], now: datetime) -> dict[str, Any]:
    channel, value = contact
    return {
        "instructor_id": owner,
        "channel": channel,
        "value": value,
        "created_at": now,
    }
