"""Reads for merging: suggestions, and what two entries have. No locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Membership
from booking.availability.merger import has_hours
from booking.availability.models import Term
from booking.entries.mergers.engine.duplicates import Known, Pair, pairs
from booking.entries.queries import in_scope
from booking.instructors.models import Contact, Instructor, Topic
from booking.lectures.models import Lecture
from booking.orders.models import Order

MOST = 50
"""How many suggestions a page shows."""


@dataclass(frozen=True, slots=True)
class Has:
    """What hangs on an entry."""

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


def suggestions(session: Session, actor: Actor) -> tuple[list[Suggestion], int]:
    """The surest pairs among the entries that the actor keeps, and how many there are."""
    found = pairs(_known(session, actor))
    shown = found[:MOST]
    ids = {one for pair in shown for one in pair[:2]}
    people = _people(session, ids)
    return [Suggestion(people[pair.first_id], people[pair.second_id], pair) for pair in shown], len(
        found
    )


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
    """What hangs on an entry."""

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
