"""SQL conditions: what lies in the regions of a coordinator."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, Organisation
from booking.accounts.queries import lies_under
from booking.instructors.models import Instructor
from booking.members.models import Invitation


def within_scope(actor: Actor, code: Any) -> ColumnElement[bool]:
    """The region of a column is one that the actor coordinates; for administrators always."""
    if actor.has(Role.ADMIN):
        return true()
    return or_(false(), *(lies_under(code, scope) for scope in sorted(actor.scopes)))


def below_scope(actor: Actor, code: Any) -> ColumnElement[bool]:
    """The region of a column lies below one that the actor coordinates."""
    if actor.has(Role.ADMIN):
        return true()
    conditions = (and_(lies_under(code, scope), code != scope) for scope in sorted(actor.scopes))
    return or_(false(), *conditions)


def may_be_given(actor: Actor, held: type[Membership | Invitation]) -> ColumnElement[bool]:
    """A membership or an invitation is one that the actor may give, as `grants.may_give`.

    The query joins `Organisation` and `Instructor` (outer joins).
    """
    if actor.has(Role.ADMIN):
        return true()
    return or_(
        and_(held.role == Role.BRANCH, within_scope(actor, Organisation.region_code)),
        and_(held.role == Role.INSTRUCTOR, within_scope(actor, Instructor.region_code)),
        and_(held.role == Role.COORDINATOR, below_scope(actor, held.region_code)),
    )


def may_be_seen(actor: Actor) -> ColumnElement[bool]:
    """A membership lies in a region that the actor coordinates; joins as `may_be_given`.

    Unlike what may be given it covers coordinators of the very same region.
    """
    if actor.has(Role.ADMIN):
        return true()
    return or_(
        within_scope(actor, Organisation.region_code),
        within_scope(actor, Instructor.region_code),
        within_scope(actor, Membership.region_code),
    )


def lies_in(held: type[Membership | Invitation], region_code: str) -> ColumnElement[bool]:
    """A membership or an invitation lies in a region or under it; joins as `may_be_given`."""
    return or_(
        lies_under(Organisation.region_code, region_code),
        lies_under(Instructor.region_code, region_code),
        lies_under(cast("InstrumentedAttribute[str]", held.region_code), region_code),
    )
