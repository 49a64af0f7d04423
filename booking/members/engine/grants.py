"""Which memberships somebody may give, end and manage. Pure.

A coordinator gives what lies in the own regions: branch contacts and instructors there, and
coordinators of regions below, never beside or above. An administrator gives everything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from booking.accounts.engine.roles import Actor, Role, within


@dataclass(frozen=True, slots=True)
class Grant:
    """One membership that is given or held, with the region in which it lies.

    `region_code` is that of the organisation, of the instructor or of the coordinator; None for
    administrators.
    """

    role: Role
    region_code: str | None = None


def may_give(actor: Actor, grant: Grant) -> bool:
    """Whether the actor may give this membership to somebody, or end it."""
    if actor.has(Role.ADMIN):
        return True
    code = grant.region_code
    if grant.role is Role.ADMIN or code is None:
        return False
    if grant.role is Role.COORDINATOR:
        return any(within(code, scope) and code != scope for scope in actor.scopes)
    return actor.coordinates(code)


def may_manage(actor: Actor, held: Collection[Grant]) -> bool:
    """Whether the actor may suspend an account, sign it out, or make a link for a new password.

    That concerns the whole account, so every membership of it must be the actor's to give. An
    account without any is for administrators.
    """
    if actor.has(Role.ADMIN):
        return True
    return bool(held) and all(may_give(actor, grant) for grant in held)


def roles_to_give(actor: Actor) -> tuple[Role, ...]:
    """The roles of which the actor may give any membership, in the order of a menu."""
    if actor.has(Role.ADMIN):
        return (Role.BRANCH, Role.INSTRUCTOR, Role.COORDINATOR, Role.ADMIN)
    if not actor.has(Role.COORDINATOR):
        return ()
    return (Role.BRANCH, Role.INSTRUCTOR, Role.COORDINATOR)
