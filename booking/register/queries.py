"""Which people of a spreadsheet are in the register already, and whether they may be changed."""

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
    """Entries by name and workplace (`person_key`): the importer's own, and those of others."""

    own: dict[PersonKey, EditableEntry]
    others: frozenset[PersonKey]


def lock_known(session: Session, people: Sequence[Person], actor: Actor) -> KnownPeople:
    """The entries of these people as they are now, locked until the unit of work ends."""
    own, others = editable_entry.editable_named(
        session, names=_names(people), actor=actor, permission=PERMISSION
    )
    mine = {_key(entry.instructor): entry for entry in own}
    return KnownPeople(mine, _only_others(others, mine))


def kept_by_others(
    session: Session, people: Sequence[Person], actor: Actor
) -> frozenset[PersonKey]:
    """Whose entries belong to regions of others, for a preview; nothing is locked."""
    found = session.scalars(select(Instructor).where(Instructor.name.in_(_names(people)))).all()
    own = {_key(one) for one in found if editable_entry.may_edit(actor, PERMISSION, one)}
    return _only_others((one for one in found if _key(one) not in own), own)


def _only_others(others: Iterable[Instructor], own: Iterable[PersonKey]) -> frozenset[PersonKey]:
    """People of whom there is an entry elsewhere and none that the importer keeps."""
    return frozenset(_key(one) for one in others) - frozenset(own)


def _key(instructor: Instructor) -> PersonKey:
    return person_key(instructor.name, instructor.workplace)


def _names(people: Sequence[Person]) -> set[str]:
    return {person.name for person in people}
