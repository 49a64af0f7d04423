"""Fingerprints of entries, and the rows of any table that refer to what an import added.

Tables are taken from the metadata, so that a later feature whose rows refer to instructors keeps
an import from being undone without being named here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, literal, select, union_all
from sqlalchemy.orm import Session, undefer

from booking.accounts.engine.roles import Actor, Role
from booking.availability.models import Term
from booking.db import Base, id_lists
from booking.errors import NotFound
from booking.instructors.models import (
    Contact,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)
from booking.register.models import BatchEntry, ImportBatch

_ENTRY = (Instructor, Topic, InstructorField, ServedRegion, Contact)
"""The tables that make up an entry."""

_COMPUTED = frozenset(
    "changed_at public sort_key search_text search_pinyin search_codes "
    "audience_bits format_bits".split()
)
"""Columns of an entry that follow from others, or only say when it changed."""

_OWN_TABLES = frozenset(table.__tablename__ for table in (*_ENTRY, BatchEntry))


@dataclass(frozen=True, slots=True)
class Dependent:
    """A table with rows that refer to an entry or a topic, and the entry."""

    table: str
    instructor_id: int
    name: str
    workplace: str


def fingerprints(session: Session, ids: Collection[int]) -> dict[int, str]:
    """A hash of everything that makes up each of these entries, but for when it changed."""
    texts: dict[int, list[str]] = defaultdict(list)
    for kind in _ENTRY:
        table = kind.__table__
        assert isinstance(table, Table)
        owner = table.c.id if kind is Instructor else table.c.instructor_id
        columns = [column for column in table.columns if column.name not in _COMPUTED]
        query = select(owner.label("owner"), *columns).where(_among(owner))
        for row in session.execute(query, id_lists.names(ids)):
            texts[row[0]].append(f"{table.name} {tuple(map(str, row[1:]))}")
    return {
        owner: hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
        for owner, lines in texts.items()
    }


def _among(column: Any) -> Any:
    return id_lists.among(column, True)


def entries_of(session: Session, batch_id: int) -> Sequence[BatchEntry]:
    """What a batch added or completed."""
    query = select(BatchEntry).where(BatchEntry.batch_id == batch_id)
    return session.scalars(query.order_by(BatchEntry.instructor_id)).all()


def dependents(
    session: Session,
    *,
    instructors: Collection[int],
    topics: Collection[int],
    ignored: frozenset[str] = frozenset(),
) -> list[Dependent]:
    """The tables with rows about these instructors or topics, each entry once for each table.

    `ignored` are tables that go with an entry.
    """
    found: dict[tuple[str, int], Dependent] = {}
    for target, ids in (("instructor.id", instructors), ("topic.id", topics)):
        if not ids:
            continue
        for table, owner in _references(session, target, ids, ignored):
            found.setdefault((table, owner), Dependent(table, owner, "", ""))
    named = _names(session, {one.instructor_id for one in found.values()})
    return [
        Dependent(one.table, one.instructor_id, *named.get(one.instructor_id, ("", "")))
        for _key, one in sorted(found.items())
    ]


def named(session: Session, table: str, ids: Collection[int]) -> list[Dependent]:
    """These entries as dependents of one kind."""
    found = _names(session, ids)
    return [Dependent(table, one, *found.get(one, ("", ""))) for one in sorted(ids)]


def appointed(session: Session, ids: Collection[int], but: Collection[int]) -> list[int]:
    """Those of these people who have a term that is none of `but`."""
    query = select(Term.instructor_id, Term.id).where(_among(Term.instructor_id))
    rows = session.execute(query, id_lists.names(ids))
    return sorted({owner for owner, term_id in rows if term_id not in but})


def used_fields(session: Session, ids: Collection[int]) -> set[int]:
    """Those of these fields to which any row refers."""
    parts = [
        select(column.label("id")).where(_among(column))
        for _table, column in _referring("field.id")
    ]
    return set(session.scalars(union_all(*parts), id_lists.names(ids)))


def _references(
    session: Session, target: str, ids: Collection[int], ignored: frozenset[str]
) -> Iterator[tuple[str, int]]:
    """(table, instructor) of each table with rows that refer to the ids, in one statement."""
    parts = [
        select(literal(table.name).label("name"), column.label("owner"))
        .where(_among(column), *_by_people(table))
        .distinct()
        for table, column in _referring(target)
        if table.name not in _OWN_TABLES | ignored
    ]
    owners = _topic_owners(session, ids) if target == "topic.id" else {}
    for name, owner in session.execute(union_all(*parts), id_lists.names(ids)):
        yield name, owners.get(owner, owner)


def _by_people(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Of histories only what people did: an import leaves rows there itself."""
    return (table.c.import_key.is_(None),) if "import_key" in table.c else ()


def _referring(target: str) -> list[tuple[Table, Column[Any]]]:
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == target for key in column.foreign_keys)
    ]


def _topic_owners(session: Session, ids: Collection[int]) -> dict[int, int]:
    query = select(Topic.id, Topic.instructor_id).where(id_lists.among(Topic.id, True))
    return dict(session.execute(query, id_lists.names(ids)).all())


def _names(session: Session, ids: Collection[int]) -> Mapping[int, tuple[str, str]]:
    query = select(Instructor.id, Instructor.name, Instructor.workplace).where(
        id_lists.among(Instructor.id, True)
    )
    rows = session.execute(query, id_lists.names(ids))
    return {owner: (name, workplace) for owner, name, workplace in rows}


def batch_of(session: Session, key: str, actor: Actor) -> ImportBatch:
    """A batch of this actor; administrators see all. Raises `NotFound` (404)."""
    query = select(ImportBatch).where(ImportBatch.key == key)
    batch = session.scalars(query.options(undefer(ImportBatch.report))).one_or_none()
    if batch is None or not may_see(batch, actor):
        raise NotFound()
    return batch


def may_see(batch: ImportBatch, actor: Actor) -> bool:
    """Whether the batch is the actor's own, or the actor is an administrator.

    Not the coordinator of its region: the rows of one import may lie in several regions.
    """
    own = actor.user_id is not None and batch.user_id == actor.user_id
    return own or actor.has(Role.ADMIN)


def recent_batches(session: Session, actor: Actor, most: int) -> Sequence[ImportBatch]:
    """The newest batches that the actor may see."""
    newest = select(ImportBatch).order_by(ImportBatch.id.desc()).limit(most)
    if not actor.has(Role.ADMIN):
        newest = newest.where(ImportBatch.user_id == actor.user_id)
    return session.scalars(newest).all()


def instructor_ids(session: Session, batch_id: int) -> list[int]:
    """The people whom a batch added or completed."""
    query = select(BatchEntry.instructor_id).where(BatchEntry.batch_id == batch_id)
    return list(session.scalars(query.order_by(BatchEntry.instructor_id)))
