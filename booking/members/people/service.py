"""Changes of somebody's account by a coordinator or an administrator.

Each function locks the account and checks the actor's rights on the present rows; whom the actor
may not see does not exist (404).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts import access
from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, User
from booking.errors import NotFound
from booking.members.engine.grants import may_give
from booking.members.errors import LastAdministrator, OwnAccount
from booking.members.people.queries import Held, person
from booking.members.targets import Target


def give(session: Session, *, actor: Actor, user_id: int, target: Target, now: datetime) -> User:
    """Give somebody a membership; `Invalid` if they have it already.

    Nobody but an administrator gives anything to the own account.
    """
    if not may_give(actor, target.grant):
        raise NotFound()
    if user_id == actor.user_id and not actor.has(Role.ADMIN):
        raise OwnAccount()
    user = person(session, actor, user_id, lock=True).user
    access.add_role(session, user=user, role=target.role, now=now, **target.limit)
    return user


def end(session: Session, *, actor: Actor, user_id: int, membership_id: int, now: datetime) -> Held:
    """End one membership of somebody else."""
    if user_id == actor.user_id:
        raise OwnAccount()
    found = person(session, actor, user_id, lock=True)
    held = next((one for one in found.held if one.id == membership_id and one.may_end), None)
    if held is None:
        raise NotFound()
    if held.target.role is Role.ADMIN:
        keep_one_administrator(session, user_id)
    access.remove_role(
        session, user=found.user, role=held.target.role, now=now, **held.target.limit
    )
    return held


def suspend(session: Session, *, actor: Actor, user_id: int, now: datetime) -> User:
    """Suspend an account: its sign-ins, links and calendar addresses end at once."""
    user = managed(session, actor, user_id)
    if user.active:
        if any(one.role is Role.ADMIN for one in user.memberships):
            keep_one_administrator(session, user_id)
        access.disable(session, user=user, now=now)
    return user


def resume(session: Session, *, actor: Actor, user_id: int) -> User:
    """Let somebody sign in again."""
    user = managed(session, actor, user_id)
    if not user.active:
        access.enable(session, user=user)
    return user


def sign_out(session: Session, *, actor: Actor, user_id: int) -> int:
    """Sign somebody out of all browsers; returns of how many."""
    return access.sign_out(session, user=managed(session, actor, user_id))


def managed(session: Session, actor: Actor, user_id: int) -> User:
    """The locked account of somebody else that the actor may manage as a whole."""
    if user_id == actor.user_id:
        raise OwnAccount()
    found = person(session, actor, user_id, lock=True)
    if not found.manageable:
        raise NotFound()
    return found.user


def keep_one_administrator(session: Session, leaving: int) -> None:
    """Refuse if nobody else could administer; locks the administrators' memberships."""
    query = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == Role.ADMIN, User.active)
        .order_by(Membership.id)
        .with_for_update(of=Membership)
    )
    if set(session.scalars(query)) <= {leaving}:
        raise LastAdministrator()
