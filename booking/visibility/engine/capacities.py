"""In which capacities an actor reads the data of one person. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from booking.accounts.engine.roles import Actor
from booking.visibility.engine.readers import Reader


def readers_of_entry(
    actor: Actor, *, instructor_id: int | None, region_codes: Iterable[str]
) -> frozenset[Reader]:
    """The capacities towards an entry of the register, whose home is one of the regions.

    `COUNTERPART` and `GRANTED` are added by who knows the lecture or the grant.
    """
    return _readers(actor, actor.instructor_ids >= {instructor_id}, region_codes)


def readers_of_account(
    actor: Actor, *, user_id: int, region_codes: Iterable[str]
) -> frozenset[Reader]:
    """The capacities towards an account, which acts in these regions (of its organisations)."""
    return _readers(actor, actor.user_id == user_id, region_codes)


def readers_of_nobody(actor: Actor) -> frozenset[Reader]:
    """The capacities towards somebody of whom nothing is known: as for lists and searches."""
    return _readers(actor, False, ())


def _readers(actor: Actor, is_person: bool, region_codes: Iterable[str]) -> frozenset[Reader]:
    found = {Reader.PUBLIC}
    if actor.standings:
        found.add(Reader.MEMBER)
    if any(actor.coordinates(code) for code in region_codes):
        found.add(Reader.COORDINATOR)
    if is_person:
        found.add(Reader.PERSON)
    return frozenset(found)
