"""Finds the people of a spreadsheet who have an entry, and whether the actor may edit it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.instructors import editable_entry
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.models import Instructor
from booking.register.engine.duplicates import PersonKey, person_key
from booking.register.engine.roster import Person

PERMISSION = "register.import"


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """Existing entries of these names: those the actor may edit, and the keys of all others."""

    own: list[EditableEntry]
    others: frozenset[PersonKey]


def lock_known(session: Session, people: Sequence[Person], actor: Actor) -> KnownPeople:
    """The existing entries of these people, rows locked until the unit of work ends."""
    own, others = editable_entry.editable_named(
        session, names=_names(people), actor=actor, permission=PERMISSION
    )
    mine = [_key(entry.instructor) for entry in own]
    return KnownPeople(own, _only_others(others, mine))


def kept_by_others(
    session: Session, people: Sequence[Person], actor: Actor
) -> frozenset[PersonKey]:
    """Keys of people whose entries the actor may not edit; for previews, without locks."""
    instructors = _named(session, people)
    own = {
        _key(instructor)
        for instructor in instructors
        if editable_entry.may_edit(actor, PERMISSION, instructor)
    }
    return _only_others(
        (instructor for instructor in instructors if _key(instructor) not in own), own
    )


def own_entries(session: Session, people: Sequence[Person], actor: Actor) -> list[Instructor]:
    """The existing entries of these names that the actor may edit; for previews, without locks."""
    return [
        instructor
        for instructor in _named(session, people)
        if editable_entry.may_edit(actor, PERMISSION, instructor)
    ]


def _named(session: Session, people: Sequence[Person]) -> Sequence[Instructor]:
    query = select(Instructor).where(Instructor.name.in_(_names(people)))
    return session.scalars(query.order_by(Instructor.id)).all()


def _only_others(others: Iterable[Instructor], own: Iterable[PersonKey]) -> frozenset[PersonKey]:
    """Keys in `others` that are not in `own` too."""
    return frozenset(_key(instructor) for instructor in others) - frozenset(own)


def _key(instructor: Instructor) -> PersonKey:
    return person_key(instructor.name, instructor.workplace)


def _names(people: Sequence[Person]) -> set[str]:
    return {person.name for person in people}
