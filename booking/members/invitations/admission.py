"""Accepts invitations: the token is looked up, and its row locked, so that it works once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts import access
from booking.accounts.engine.roles import Role
from booking.accounts.engine.sign_in_names import SignInName
from booking.accounts.models import User
from booking.accounts.service import create_user
from booking.accounts.sign_in.sessions import key_hash
from booking.audit import Action
from booking.errors import NotFound
from booking.members import targets
from booking.members.engine.states import InvitationState
from booking.members.errors import (
    ForSomebodyElse,
    InvitationExpired,
    InvitationRevoked,
    InvitationUsed,
    OwnInvitation,
)
from booking.members.invitations import service
from booking.members.models import Invitation

REFUSALS = {
    InvitationState.ACCEPTED: InvitationUsed,
    InvitationState.EXPIRED: InvitationExpired,
    InvitationState.REVOKED: InvitationRevoked,
}


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The account of somebody who accepts and has none; the password is hashed already."""

    name: str
    known_by: SignInName
    password_hash: str


def open_invitation(
    session: Session, token: str, *, now: datetime, lock: bool = False
) -> Invitation:
    """The invitation of a token; `NotFound`, or a refusal (410) if it cannot be accepted."""
    query = select(Invitation).where(Invitation.token_hash == key_hash(token))
    if lock:
        query = query.with_for_update(of=Invitation)
    invitation = session.scalars(query).one_or_none()
    if invitation is None:
        raise NotFound()
    refusal = REFUSALS.get(invitation.state(now))
    if refusal is not None:
        raise refusal()
    return invitation


def account_of(session: Session, invitation: Invitation) -> User | None:
    """The account that an invitation is addressed to, if its address or number has one."""
    conditions = []
    if invitation.email is not None:
        conditions.append(User.email == invitation.email)
    if invitation.phone is not None:
        conditions.append(User.phone == invitation.phone)
    if not conditions:
        return None
    return session.scalars(select(User).where(or_(*conditions)).order_by(User.id)).first()


def accept(
    session: Session, *, token: str, by: int | NewAccount, now: datetime
) -> tuple[User, Invitation]:
    """Accept for the account with this id, or for a new one; the row is locked, so once only.

    Raises as `open_invitation`; `ForSomebodyElse` if it is addressed to another account; `Invalid`
    if the account has the membership already, or the new one is taken.
    """
    invitation = open_invitation(session, token, now=now, lock=True)
    addressed = account_of(session, invitation)
    if isinstance(by, NewAccount):
        user = create_user(
            session,
            email=by.known_by.email,
            phone=by.known_by.phone,
            name=service.clean_name(by.name),
            password_hash=by.password_hash,
            now=now,
        )
    else:
        user = session.get_one(User, by, with_for_update={"of": User})
        if addressed is not None and addressed.id != user.id:
            raise ForSomebodyElse()
        if invitation.invited_by == user.id and not user.actor().has(Role.ADMIN):
            raise OwnInvitation()
    target = targets.of_invitation(invitation)
    access.add_role(session, user=user, role=target.role, now=now, **target.limit)
    invitation.accepted_at, invitation.accepted_by = now, user.id
    service.record(
        session, Action.INVITATION_ACCEPTED, invitation, target, audit.By(user.id, user.label)
    )
    session.flush()
    return user, invitation
