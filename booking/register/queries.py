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
    """Existing entries by `person_key`: those the actor may edit, and the keys of all others."""

    own: dict[PersonKey, EditableEntry]
    others: frozenset[PersonKey]


def lock_known(session: Session, people: Sequence[Person], actor: Actor) -> KnownPeople:
    """The existing entries of these people, rows locked until the unit of work ends."""
    own, others = editable_entry.editable_named(
        session, names=_names(people), actor=actor, permission=PERMISSION
    )
    mine = {_key(entry.instructor): entry for entry in own}
    return KnownPeople(mine, _only_others(others, mine))


def kept_by_others(
    session: Session, people: Sequence[Person], actor: Actor
) -> frozenset[PersonKey]:
    """Keys of people whose entries the actor may not edit; for previews, without locks."""
    instructors = session.scalars(
        select(Instructor).where(Instructor.name.in_(_names(people)))
    ).all()
    own = {
        _key(instructor)
        for instructor in instructors
        if editable_entry.may_edit(actor, PERMISSION, instructor)
    }
    return _only_others(
        (instructor for instructor in instructors if _key(instructor) not in own), own
    )


def _only_others(others: Iterable[Instructor], own: Iterable[PersonKey]) -> frozenset[PersonKey]:
    """Keys in `others` that are not in `own` too."""
    return frozenset(_key(instructor) for instructor in others) - frozenset(own)


def _key(instructor: Instructor) -> PersonKey:
    return person_key(instructor.name, instructor.workplace)


def _names(people: Sequence[Person]) -> set[str]:
    return {person.name for person in people}
