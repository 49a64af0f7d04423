"""The history of many entries that are changed at once, as an import of a spreadsheet changes them.

Entries are read before and after; what differs becomes a row of each entry's history. The caller
owns the transaction, and leaves the entry of the audit log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.db import id_lists
from booking.entries import changes, values
from booking.entries.engine.parts import (
    EntryPart,
    Fields,
    Name,
    Particulars,
    Person,
    Post,
    Regions,
    written,
)
from booking.entries.models import EntryChange
from booking.instructors.models import Contact, Instructor, InstructorField, ServedRegion, Topic


class Place(NamedTuple):
    """A part of an entry, or one of its topics."""

    instructor_id: int
    part: EntryPart
    topic_id: int | None = None


Snapshot = Mapping[Place, dict[str, Any]]
"""The values of parts as JSON."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who imports (or undoes an import), when, and the key of the import."""

    actor: Actor
    now: datetime
    import_key: str | None


def snapshot(session: Session, ids: Collection[int]) -> Snapshot:
    """What an import may change in these entries. Five queries."""
    if not ids:
        return {}
    found: dict[Place, dict[str, Any]] = {}
    contacts = _contacts(session, ids)
    among = id_lists.among(Instructor.id, True)
    people = select(
        Instructor.id,
        Instructor.name,
        Instructor.name_pinyin,
        Instructor.title,
        Instructor.workplace,
        Instructor.gender,
        Instructor.birth_month,
    ).where(among)
    for one in session.execute(people, id_lists.names(ids)):
        found[Place(one.id, EntryPart.NAME)] = written(Name(one.name, one.name_pinyin or ""))
        found[Place(one.id, EntryPart.POST)] = written(Post(one.title, one.workplace))
        particulars = Particulars(bool(one.gender), bool(one.birth_month), contacts[one.id])
        found[Place(one.id, EntryPart.PARTICULARS)] = written(particulars)
    fields = _lists(session, InstructorField.instructor_id, InstructorField.field_id, ids)
    regions = _lists(session, ServedRegion.instructor_id, ServedRegion.region_code, ids)
    for owner in ids:
        found[Place(owner, EntryPart.FIELDS)] = written(Fields(tuple(sorted(fields[owner]))))
        found[Place(owner, EntryPart.REGIONS)] = written(Regions(tuple(sorted(regions[owner]))))
    topics = select(Topic).where(id_lists.among(Topic.instructor_id, True))
    for topic in session.scalars(topics, id_lists.names(ids)):
        place = Place(topic.instructor_id, EntryPart.TOPIC, topic.id)
        found[place] = written(values.topic_facts(topic))
    return found


def _contacts(session: Session, ids: Collection[int]) -> dict[int, int]:
    query = select(Contact.instructor_id, func.count()).group_by(Contact.instructor_id)
    among = id_lists.among(Contact.instructor_id, True)
    rows = session.execute(query.where(among), id_lists.names(ids)).all()
    return defaultdict(int, dict(rows))


def _lists(session: Session, owner: Any, value: Any, ids: Collection[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(owner, value).where(id_lists.among(owner, True))
    for one, item in session.execute(query, id_lists.names(ids)):
        found[one].append(item)
    return found


def record_added(session: Session, ids: Collection[int], source: Source) -> None:
    """A row for each entry that was added."""
    rows = [
        {**_row(one.id, EntryPart.ADDED), "after": written(Person(one.id, *one[1:]))}
        for one in _people(session, ids)
    ]
    _insert(session, rows, source)


def _people(session: Session, ids: Collection[int]) -> Sequence[Any]:
    query = select(Instructor.id, Instructor.name, Instructor.workplace)
    among = id_lists.among(Instructor.id, True)
    rows = session.execute(query.where(among).order_by(Instructor.id), id_lists.names(ids))
    return rows.all()


def record_changed(
    session: Session,
    before: Snapshot,
    after: Snapshot,
    source: Source,
    undone: Mapping[Place, int] | None = None,
) -> None:
    """A row for each part that differs; `undone` are the rows that are put back, by part."""
    places = sorted(
        (place for place in {**before, **after} if before.get(place) != after.get(place)),
        key=lambda place: (
            place.instructor_id,
            list(EntryPart).index(place.part),
            place.topic_id or 0,
        ),
    )
    rows = [
        {
            **_row(place.instructor_id, place.part),
            # A topic that was taken away again can be referred to no more.
            "topic_id": place.topic_id if place in after else None,
            "before": before.get(place),
            "after": after.get(place),
            "undoes_id": (undone or {}).get(place),
        }
        for place in places
    ]
    _insert(session, rows, source)


def record_removed(
    session: Session, ids: Collection[int], source: Source, undone: Mapping[Place, int]
) -> None:
    """A row for each entry that goes; call it before it is removed."""
    rows = [
        {
            **_row(one.id, EntryPart.ADDED),
            "before": written(Person(one.id, *one[1:])),
            "undoes_id": undone.get(Place(one.id, EntryPart.ADDED)),
        }
        for one in _people(session, ids)
    ]
    _insert(session, rows, source)


def made_by(session: Session, import_key: str) -> dict[Place, int]:
    """The rows of history that an import made, by part."""
    query = select(EntryChange).where(
        EntryChange.import_key == import_key, EntryChange.undoes_id.is_(None)
    )
    return {
        Place(row.instructor_id, row.part, row.topic_id): row.id
        for row in session.scalars(query.order_by(EntryChange.id))
        if row.instructor_id is not None
    }


def _row(instructor_id: int, part: EntryPart) -> dict[str, Any]:
    return {
        "instructor_id": instructor_id,
        "part": part,
        "topic_id": None,
        "before": None,
        "after": None,
        "undoes_id": None,
    }


def _insert(session: Session, rows: Sequence[dict[str, Any]], source: Source) -> None:
    if not rows:
        return
    session.flush()
    name = changes.name_of(session, source.actor)
    common = {
        "at": source.now,
        "user_id": source.actor.user_id,
        "actor_name": name,
        "import_key": source.import_key,
    }
    own = source.actor.instructor_ids
    session.execute(
        insert(EntryChange),
        [{**common, "on_behalf": row["instructor_id"] not in own, **row} for row in rows],
    )
