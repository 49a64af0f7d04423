"""Reads and writes each part of an entry, which the caller has locked, in its transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import Region
from booking.entries.engine.errors import AlreadyThere
from booking.entries.engine.parts import (
    Confirmation,
    EntryPart,
    Fields,
    Home,
    Introduction,
    Listing,
    Name,
    Post,
    Regions,
    TopicFacts,
)
from booking.errors import Invalid, NotFound
from booking.instructors import search_index
from booking.instructors import service as instructors
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import (
    LENGTH_OUT_OF_RANGE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
)
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion, Topic


def read(
    session: Session, instructor: Instructor, part: EntryPart, topic_id: int | None = None
) -> Any:
    """The present value of a part; raises `NotFound` for a topic of another entry."""
    if part is EntryPart.TOPIC:
        return topic_facts(topic_of(session, instructor.id, topic_id))
    return _READERS[part](session, instructor)


def write(
    session: Session,
    entry: EditableEntry,
    part: EntryPart,
    value: Any,
    *,
    now: datetime,
    topic_id: int | None = None,
) -> None:
    """Store a value that was checked, and refresh what searches look at."""
    if part is EntryPart.TOPIC:
        set_topic(topic_of(session, entry.id, topic_id), value)
    else:
        _WRITERS[part](session, entry, value)
    entry.instructor.changed_at = now
    session.flush()
    search_index.refresh(session, [entry.instructor])


def topic_of(session: Session, instructor_id: int, topic_id: int | None) -> Topic:
    """A topic of this instructor; raises `NotFound` (404)."""
    topic = session.get(Topic, topic_id) if topic_id is not None else None
    if topic is None or topic.instructor_id != instructor_id:
        raise NotFound()
    return topic


def topic_facts(topic: Topic) -> TopicFacts:
    """A topic as a plain value."""
    return TopicFacts(
        title=topic.title,
        summary=topic.summary,
        minutes=topic.minutes,
        field_id=topic.field_id,
        audiences=topic.audiences,
        formats=topic.formats,
        first=topic.valid_from,
        last=topic.valid_to,
        state=topic.state,
    )


def set_topic(topic: Topic, facts: TopicFacts) -> None:
    """Write the columns of a topic."""
    topic.title, topic.summary, topic.minutes = facts.title, facts.summary, facts.minutes
    topic.field_id, topic.state = facts.field_id, facts.state
    topic.audiences, topic.formats = facts.audiences, facts.formats
    topic.valid_from, topic.valid_to = facts.first, facts.last


def check(
    session: Session,
    instructor: Instructor,
    part: EntryPart,
    value: Any,
    topic_id: int | None = None,
) -> None:
    """Raise `Invalid` for a value that may not be stored, `AlreadyThere` for that of another."""
    if isinstance(value, Name):
        _check_name(value)
        _check_alone(session, instructor.id, value.name, instructor.workplace)
    elif isinstance(value, Post):
        _check_alone(session, instructor.id, instructor.name, value.workplace)
    elif isinstance(value, TopicFacts):
        _check_topic(session, instructor.id, value, topic_id)
    elif isinstance(value, Fields):
        _check_known(session, Field.id, value.field_ids, "field")
    elif isinstance(value, Regions):
        _check_known(session, Region.code, value.codes, "region")
    elif isinstance(value, Home):
        _check_known(session, Region.code, (value.region_code,), "region")


def check_new(session: Session, name: Name, workplace: str) -> None:
    """The same for an entry that does not exist yet."""
    _check_name(name)
    _check_alone(session, None, name.name, workplace)


def _check_name(value: Name) -> None:
    if not value.name:
        raise Invalid(_("The name is missing."), field="name")
    if value.reading and not names.is_reading(value.reading):
        raise Invalid(
            _("Write the reading in letters, with a space after each syllable: zeng ming liang."),
            field="reading",
        )


def _check_alone(session: Session, own_id: int | None, name: str, workplace: str) -> None:
    query = select(Instructor.id).where(Instructor.name == name, Instructor.workplace == workplace)
    if set(session.scalars(query)) - {own_id}:
        raise AlreadyThere()


def _check_topic(
    session: Session, instructor_id: int, facts: TopicFacts, topic_id: int | None
) -> None:
    if not facts.title:
        raise Invalid(_("The title is missing."), field="title")
    if not SHORTEST_MINUTES <= facts.minutes <= LONGEST_MINUTES:
        raise Invalid(LENGTH_OUT_OF_RANGE, field="minutes")
    if facts.first and facts.last and facts.last < facts.first:
        raise Invalid(_("The last day lies before the first day."), field="last")
    if facts.field_id is not None:
        _check_known(session, Field.id, (facts.field_id,), "field")
    same = select(Topic.id).where(
        Topic.instructor_id == instructor_id, Topic.title == facts.title, Topic.id != topic_id
    )
    if topic_id is None:
        same = select(Topic.id).where(
            Topic.instructor_id == instructor_id, Topic.title == facts.title
        )
    if session.scalars(same).first() is not None:
        raise Invalid(_("There is a topic with this title already."), field="title")


def _check_known(session: Session, column: Any, wanted: tuple[Any, ...], field: str) -> None:
    known = set(session.scalars(select(column).where(column.in_(wanted))))
    if set(wanted) - known:
        raise Invalid(_("Choose from the list."), field=field)


def _set_name(_session: Session, entry: EditableEntry, value: Name) -> None:
    entry.instructor.name, entry.instructor.name_pinyin = value.name, value.reading or None
    entry.instructor.sort_key = names.sort_key(value.name, value.reading or None)


def _set_post(_session: Session, entry: EditableEntry, value: Post) -> None:
    entry.instructor.title, entry.instructor.workplace = value.title, value.workplace


def _set_introduction(_session: Session, entry: EditableEntry, value: Introduction) -> None:
    entry.instructor.introduction = value.text


def _set_fields(session: Session, entry: EditableEntry, value: Fields) -> None:
    instructors.set_fields(session, entry=entry, field_ids=value.field_ids)


def _set_regions(session: Session, entry: EditableEntry, value: Regions) -> None:
    instructors.set_served_regions(session, entry=entry, codes=value.codes)


def _set_listing(_session: Session, entry: EditableEntry, value: Listing) -> None:
    entry.instructor.listed = value.listed


def _set_home(_session: Session, entry: EditableEntry, value: Home) -> None:
    entry.instructor.region_code = value.region_code


def _set_confirmation(_session: Session, entry: EditableEntry, value: Confirmation) -> None:
    entry.instructor.confirmed_at = value.at


def _read_fields(session: Session, instructor: Instructor) -> Fields:
    query = select(InstructorField.field_id).where(InstructorField.instructor_id == instructor.id)
    return Fields(tuple(sorted(session.scalars(query))))


def _read_regions(session: Session, instructor: Instructor) -> Regions:
    query = select(ServedRegion.region_code).where(ServedRegion.instructor_id == instructor.id)
    return Regions(tuple(sorted(session.scalars(query))))


_READERS: dict[EntryPart, Callable[[Session, Instructor], Any]] = {
    EntryPart.NAME: lambda _session, one: Name(one.name, one.name_pinyin or ""),
    EntryPart.POST: lambda _session, one: Post(one.title, one.workplace),
    EntryPart.INTRODUCTION: lambda _session, one: Introduction(one.introduction),
    EntryPart.FIELDS: _read_fields,
    EntryPart.REGIONS: _read_regions,
    EntryPart.LISTED: lambda _session, one: Listing(one.listed),
    EntryPart.HOME: lambda _session, one: Home(one.region_code),
    EntryPart.CONFIRMED: lambda _session, one: Confirmation(one.confirmed_at),
}

_WRITERS: dict[EntryPart, Callable[[Session, EditableEntry, Any], None]] = {
    EntryPart.NAME: _set_name,
    EntryPart.POST: _set_post,
    EntryPart.INTRODUCTION: _set_introduction,
    EntryPart.FIELDS: _set_fields,
    EntryPart.REGIONS: _set_regions,
    EntryPart.LISTED: _set_listing,
    EntryPart.HOME: _set_home,
    EntryPart.CONFIRMED: _set_confirmation,
}
