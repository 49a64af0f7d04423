"""Reads for merging: suggestions, and what two entries have. No locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Membership, User
from booking.availability.merger import has_hours
from booking.availability.models import Term
from booking.entries.mergers.engine.duplicates import Known, Pair, pairs
from booking.entries.models import DistinctEntries
from booking.entries.queries import in_scope
from booking.instructors.models import Contact, Instructor, Topic
from booking.lectures.models import Lecture
from booking.orders.models import Order

MOST = 50
"""How many suggestions a page shows."""


@dataclass(frozen=True, slots=True)
class Has:
    """How many rows of each kind belong to an entry."""

    topics: int
    lectures: int
    orders: int
    terms: int
    accounts: int
    hours: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two entries that are probably one person."""

    first: Instructor
    second: Instructor
    pair: Pair


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """Two entries that somebody has said to be two people."""

    first: Instructor
    second: Instructor
    said_at: datetime
    by: str
    """The user's name; empty where the account is gone."""


def suggestions(session: Session, actor: Actor) -> tuple[list[Suggestion], int]:
    """The surest pairs among the entries that the actor keeps, and how many there are.

    Without the pairs of which somebody has said that they are two people.
    """
    distinct = _distinct_pairs(session)
    found = [one for one in pairs(_known(session, actor)) if one[:2] not in distinct]
    shown = found[:MOST]
    ids = {one for pair in shown for one in pair[:2]}
    people = _people(session, ids)
    return [Suggestion(people[pair.first_id], people[pair.second_id], pair) for pair in shown], len(
        found
    )


def two_people(session: Session, actor: Actor) -> tuple[list[TwoPeople], int]:
    """The newest pairs that are two people, where the actor keeps both; and how many there are."""
    query = (
        select(DistinctEntries, User.name)
        .outerjoin(User, User.id == DistinctEntries.user_id)
        .where(*(_keeps(actor, column) for column in _BOTH))
    )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(DistinctEntries.said_at.desc(), *_BOTH).limit(MOST)).all()
    people = _people(session, {one for row, _by in rows for one in (row.first_id, row.second_id)})
    return [
        TwoPeople(people[row.first_id], people[row.second_id], row.said_at, by or "")
        for row, by in rows
    ], total


_BOTH = (DistinctEntries.first_id, DistinctEntries.second_id)


def _keeps(actor: Actor, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition: the actor coordinates the region of the entry that a column names."""
    return column.in_(select(Instructor.id).where(in_scope(actor)))


def _distinct_pairs(session: Session) -> set[tuple[int, int]]:
    return {(first, second) for first, second in session.execute(select(*_BOTH))}


def _known(session: Session, actor: Actor) -> list[Known]:
    contacts: dict[int, set[str]] = defaultdict(set)
    of_actor = select(Contact.instructor_id, Contact.value).join(
        Instructor, Instructor.id == Contact.instructor_id
    )
    for instructor_id, value in session.execute(of_actor.where(in_scope(actor))):
        contacts[instructor_id].add(value)
    query = select(Instructor.id, Instructor.name, Instructor.workplace).where(in_scope(actor))
    return [
        Known(id_, name, workplace, frozenset(contacts.get(id_, ())))
        for id_, name, workplace in session.execute(query)
    ]


def _people(session: Session, ids: Collection[int]) -> dict[int, Instructor]:
    query = select(Instructor).where(Instructor.id.in_(ids))
    return {one.id: one for one in session.scalars(query)}


def has(session: Session, instructor_id: int) -> Has:
    """How many rows of each kind belong to an entry."""

    def count(table: Any) -> int:
        query = select(func.count()).select_from(table)
        return session.scalar(query.where(table.instructor_id == instructor_id)) or 0

    return Has(
        topics=count(Topic),
        lectures=count(Lecture),
        orders=count(Order),
        terms=count(Term),
        accounts=count(Membership),
        hours=has_hours(session, instructor_id),
    )


def topics_of(session: Session, instructor_id: int) -> Sequence[Topic]:
    """The topics of an entry, oldest first."""
    query = select(Topic).where(Topic.instructor_id == instructor_id).order_by(Topic.id)
    return session.scalars(query).all()
