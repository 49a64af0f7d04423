"""Which lectures a coordinator oversees: those that touch a region of theirs."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Organisation
from booking.accounts.queries import lies_under
from booking.instructors.models import Instructor


def in_scope(who: Actor) -> ColumnElement[bool]:
    """SQL condition: the actor coordinates a region of the lecture (as in `queries.subject`).

    The statement must join the lecture's organisation and instructor.
    """
    if who.has(Role.ADMIN):
        return true()
    return or_(false(), *(touches(scope) for scope in who.scopes))


def touches(region_code: str) -> ColumnElement[bool]:
    """SQL condition: the lecture's branch or instructor belongs to the region or one under it.

    The statement must join the lecture's organisation and instructor.
    """
    regions = (Organisation.region_code, Instructor.region_code)
    return or_(*(lies_under(region, region_code) for region in regions))


def organisation_in_scope(who: Actor) -> ColumnElement[bool]:
    """SQL condition: the organisation is in a region that the actor coordinates."""
    if who.has(Role.ADMIN):
        return true()
    return or_(false(), *(lies_under(Organisation.region_code, scope) for scope in who.scopes))
