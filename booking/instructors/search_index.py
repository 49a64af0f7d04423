"""Recompute the search columns of entries that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, lazyload

from booking.instructors.engine import index_terms, names
from booking.instructors.engine.events import INDEX_STALE, IndexStale
from booking.instructors.engine.vocabulary import bits_over
from booking.instructors.models import (
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)
from booking.outbox import service as outbox
from booking.outbox.handlers import Handlers


def refresh(session: Session, instructors: Sequence[Instructor]) -> None:
    """Recompute the search columns after a change of names, fields, topics or regions."""
    ids = [instructor.id for instructor in instructors]
    topics: dict[int, list[Topic]] = defaultdict(list)
    query = select(Topic).where(Topic.instructor_id.in_(ids)).order_by(Topic.id)
    for topic in session.scalars(query):
        topics[topic.instructor_id].append(topic)
    fields_by_instructor = _fields_of(session, ids)
    regions_by_instructor = _regions_of(session, ids)
    for instructor in instructors:
        fields = fields_by_instructor.get(instructor.id, _NO_FIELDS)
        active = [topic for topic in topics[instructor.id] if topic.active]
        instructor.search_text, instructor.search_pinyin = texts(
            (instructor.name, instructor.workplace, instructor.title),
            instructor.name_pinyin,
            titles=tuple(topic.title for topic in active),
            summaries=tuple(topic.summary for topic in active),
            field_names=tuple(fields.names),
            english=tuple(fields.english),
        )
        instructor.search_codes = index_terms.codes(
            fields.codes, regions_by_instructor.get(instructor.id, ())
        )
        instructor.audience_bits = bits_over(topic.audiences for topic in active)
        instructor.format_bits = bits_over(topic.formats for topic in active)
    session.flush()


AT_ONCE = 200
"""Most entries that are written anew within a change; more are left to the worker."""


def subscribe(handlers: Handlers) -> None:
    """Let the worker write anew what changes of many entries left to it."""
    handlers.register(INDEX_STALE, _renew_stale)


def renew(session: Session, instructor_ids: Collection[int], *, now: datetime) -> None:
    """Recompute the search columns of these entries: at once if they are few, else soon."""
    ids = sorted(set(instructor_ids))
    if len(ids) <= AT_ONCE:
        refresh_locked(session, ids)
    else:
        renew_later(session, ids, now=now)


def renew_later(session: Session, instructor_ids: Collection[int], *, now: datetime) -> None:
    """Let the worker recompute the search columns, after this transaction and without its locks."""
    ids = sorted(set(instructor_ids))
    for start in range(0, len(ids), AT_ONCE):
        stale = IndexStale(tuple(ids[start : start + AT_ONCE]))
        outbox.record(session, INDEX_STALE, stale, now=now)


def _renew_stale(session: Session, stale: IndexStale, /, *, event_id: int, now: datetime) -> None:
    refresh_locked(session, stale.instructor_ids)


def refresh_locked(session: Session, instructor_ids: Collection[int]) -> None:
    """Lock the entries in the order of their ids, then `refresh` them."""
    query = select(Instructor).where(Instructor.id.in_(instructor_ids)).order_by(Instructor.id)
    query = query.options(lazyload(Instructor.region)).with_for_update()
    refresh(session, session.scalars(query.execution_options(populate_existing=True)).all())


def texts(
    person: tuple[str, str, str],
    name_pinyin: str | None,
    *,
    titles: tuple[str, ...],
    summaries: tuple[str, ...],
    field_names: tuple[str, ...],
    english: tuple[str, ...],
) -> tuple[str, str]:
    """(search text, pinyin) of a person: name, workplace, title; of active topics and fields.

    `field_names` and `english` hold the names of the fields and of those above them.
    """
    phrases = [*titles, *field_names]
    # Summaries last: of a very long text the end is cut off.
    words = names.normalise(" ".join([*person, *phrases, *english, *summaries]))
    pinyin = names.pinyin_tokens(person[0], name_pinyin)
    joined = f"{pinyin} {names.phrase_tokens(phrases)}"
    return words[: index_terms.MAX_TEXT], joined[: index_terms.MAX_PINYIN]


@dataclass(frozen=True, slots=True)
class _FieldsOf:
    """Searchable texts of one instructor's fields and of their parent fields.

    The landing page counts an instructor in the parent field as well, under its English name.
    """

    names: dict[str, None] = field(default_factory=dict)
    english: dict[str, None] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)


_NO_FIELDS = _FieldsOf()


def _fields_of(session: Session, ids: Sequence[int]) -> dict[int, _FieldsOf]:
    """The fields by instructor id, without duplicates, in the order of their creation."""
    parent = aliased(Field)
    query = (
        select(
            InstructorField.instructor_id,
            Field.name,
            Field.code,
            parent.code,
            Field.name_en,
            parent.name_en,
        )
        .join(Field, Field.id == InstructorField.field_id)
        .outerjoin(parent, parent.id == Field.parent_id)
        .where(InstructorField.instructor_id.in_(ids))
        .order_by(Field.id)
    )
    by_instructor: dict[int, _FieldsOf] = defaultdict(_FieldsOf)
    for instructor_id, name, code, parent_code, *english in session.execute(query):
        fields = by_instructor[instructor_id]
        fields.names[name] = None
        fields.codes.update(dict.fromkeys(value for value in (code, parent_code) if value))
        fields.english.update(dict.fromkeys(value for value in english if value))
    return by_instructor


def _regions_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(ServedRegion.instructor_id, ServedRegion.region_code)
        .where(ServedRegion.instructor_id.in_(ids))
        .order_by(ServedRegion.region_code)
    )
    by_instructor: dict[int, list[str]] = defaultdict(list)
    for instructor_id, code in session.execute(query):
        by_instructor[instructor_id].append(code)
    return by_instructor
