"""Makes, renews and revokes invitations; `admission` accepts them.

The token is in the link only; its hash is stored. Whoever has the link can accept, once, within
`INVITATION_VALID`. What somebody may give is checked here again, on the present rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor, Role
from booking.accounts.engine.sign_in_names import SignInName
from booking.accounts.models import Membership, User
from booking.accounts.sign_in.sessions import key_hash, new_key
from booking.audit import About, Action, SubjectKind
from booking.errors import Invalid, NotFound
from booking.members import targets
from booking.members.engine.grants import may_give
from booking.members.engine.states import INVITATION_VALID
from booking.members.errors import (
    InvitationRevoked,
    InvitationUsed,
)
from booking.members.invitations.letters import send_invitation
from booking.members.models import Invitation
from booking.members.targets import Target
from booking.notifications.channels import Addressee, reached
from booking.sentences import N_
from booking.text import one_line

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation with its token, which is known only now."""

    invitation: Invitation
    token: str


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited: a name, and an address or number if one is known."""

    name: str
    known_by: SignInName | None = None

    def addressee(self) -> Addressee:
        """The same person for the channels of messages."""
        known_by = self.known_by or SignInName()
        return Addressee(self.name, known_by.email, known_by.phone)


def invite(
    session: Session,
    *,
    actor: Actor,
    target: Target,
    invitee: Invitee,
    by_mail: bool,
    now: datetime,
) -> Sent:
    """Invite a person to one membership; an open invitation of the same person is renewed.

    Raises `NotFound` if the actor may not give it, and `Invalid` if the person has it already or
    mail is wanted without an address.
    """
    if not may_give(actor, target.grant):
        raise NotFound()
    invitee = Invitee(clean_name(invitee.name), invitee.known_by)
    if by_mail and not reached(invitee.addressee()):
        raise Invalid(
            N_("Without a mail address the invitation can only be handed over as a link."),
            field="contact",
        )
    _refuse_if_member(session, target, invitee)
    known = _earlier(session, target, invitee)
    if known is not None:
        return _sent_anew(
            session, known, invitee=invitee, by_mail=by_mail, invited_by=actor.user_id, now=now
        )
    invitation = Invitation(
        role=target.role,
        **target.limit,
        name=invitee.name,
        created_at=now,
        invited_by=actor.user_id,
    )
    session.add(invitation)
    token = _new_token(invitation, invitee, by_mail=by_mail, now=now)
    session.flush()
    record(session, Action.INVITED, invitation, target)
    if by_mail:
        send_invitation(session, invitation, token, now=now)
    return Sent(invitation, token)


def renew(
    session: Session, *, actor: Actor, invitation_id: int, by_mail: bool, now: datetime
) -> Sent:
    """Make a new token, which voids the one before; raises `NotFound`, or `Invalid` as `invite`."""
    invitation = _managed(session, actor, invitation_id)
    if invitation.accepted_at is not None:
        raise InvitationUsed()
    if invitation.revoked_at is not None:
        raise InvitationRevoked()
    known_by = SignInName(invitation.email, invitation.phone)
    invitee = Invitee(invitation.name, known_by if known_by.text else None)
    if by_mail and not reached(invitee.addressee()):
        by_mail = False
    return _sent_anew(
        session, invitation, invitee=invitee, by_mail=by_mail, invited_by=actor.user_id, now=now
    )


def renew_for_holder(session: Session, invitation: Invitation, *, now: datetime) -> Sent:
    """A new token for somebody who has proved otherwise that the invitation is theirs."""
    invitee = Invitee(invitation.name, SignInName(invitation.email, invitation.phone))
    return _sent_anew(
        session,
        invitation,
        invitee=invitee,
        by_mail=False,
        invited_by=invitation.invited_by,
        now=now,
    )


def revoke(session: Session, *, actor: Actor, invitation_id: int, now: datetime) -> Invitation:
    """Take an invitation back: its link stops working at once."""
    invitation = _managed(session, actor, invitation_id)
    if invitation.accepted_at is not None:
        raise InvitationUsed()
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        record(session, Action.INVITATION_REVOKED, invitation, targets.of_invitation(invitation))
    return invitation


def revoke_all_of(session: Session, *, user_id: int, now: datetime) -> None:
    """Take back what somebody has invited who may give nothing any more."""
    query = select(Invitation).where(
        Invitation.invited_by == user_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    for invitation in session.scalars(query.with_for_update(of=Invitation)):
        invitation.revoked_at = now
        record(session, Action.INVITATION_REVOKED, invitation, targets.of_invitation(invitation))


def in_scope(actor: Actor, invitation: Invitation) -> bool:
    """Whether the actor may give what this invitation is to, and so may manage it."""
    return may_give(actor, targets.of_invitation(invitation).grant)


def _managed(session: Session, actor: Actor, invitation_id: int) -> Invitation:
    query = select(Invitation).where(Invitation.id == invitation_id)
    invitation = session.scalars(query.with_for_update(of=Invitation)).one_or_none()
    if invitation is None or not in_scope(actor, invitation):
        raise NotFound()
    return invitation


def _sent_anew(
    session: Session,
    invitation: Invitation,
    *,
    invitee: Invitee,
    by_mail: bool,
    invited_by: int | None,
    now: datetime,
) -> Sent:
    invitation.name, invitation.invited_by = invitee.name, invited_by
    token = _new_token(invitation, invitee, by_mail=by_mail, now=now)
    record(session, Action.INVITATION_RENEWED, invitation, targets.of_invitation(invitation))
    session.flush()
    if by_mail:
        send_invitation(session, invitation, token, now=now)
    return Sent(invitation, token)


def _new_token(invitation: Invitation, invitee: Invitee, *, by_mail: bool, now: datetime) -> str:
    token = new_key()
    if invitee.known_by is not None:
        invitation.email, invitation.phone = invitee.known_by.email, invitee.known_by.phone
    invitation.token_hash, invitation.by_mail = key_hash(token), by_mail
    invitation.sent_at, invitation.expires_at = now, now + INVITATION_VALID
    return token


def _earlier(session: Session, target: Target, invitee: Invitee) -> Invitation | None:
    """An invitation of the same person to the same, which was neither accepted nor revoked."""
    query = select(Invitation).where(
        Invitation.role == target.role,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        *(getattr(Invitation, name) == value for name, value in target.limit.items()),
    )
    if target.role is not Role.INSTRUCTOR:
        known_by = invitee.known_by
        if known_by is None:
            query = query.where(Invitation.email.is_(None), Invitation.phone.is_(None))
            query = query.where(Invitation.name == invitee.name)
        elif known_by.email is not None:
            query = query.where(Invitation.email == known_by.email)
        else:
            query = query.where(Invitation.phone == known_by.phone)
    return session.scalars(
        query.order_by(Invitation.id.desc()).with_for_update(of=Invitation)
    ).first()


def _refuse_if_member(session: Session, target: Target, invitee: Invitee) -> None:
    if target.role is Role.INSTRUCTOR and has_account(session, [target.instructor_id or 0]):
        raise Invalid(N_("%(name)s has an account already.", name=target.label), field="name")
    known_by = invitee.known_by
    if known_by is None:
        return
    user = session.scalars(
        select(User).where(
            User.email == known_by.email if known_by.email else User.phone == known_by.phone
        )
    ).first()
    if user is None:
        return
    held = [
        targets.Target(m.role, m.organisation_id, m.instructor_id, m.region_code).limit
        for m in user.memberships
        if m.role is target.role
    ]
    if target.limit in held:
        raise Invalid(N_("This person has this role already."), field="contact")


def has_account(session: Session, instructor_ids: Sequence[int]) -> set[int]:
    """Those of the instructors who have an account."""
    query = select(Membership.instructor_id).where(Membership.instructor_id.in_(instructor_ids))
    return {one for one in session.scalars(query) if one is not None}


def clean_name(name: str) -> str:
    """A name as one line; raises `Invalid` if it is empty or too long."""
    clean = one_line(name)
    if not clean:
        raise Invalid(N_("Enter the person's name."), field="name")
    if len(clean) > LONGEST_NAME:
        raise Invalid(
            N_("The name is too long: at most %(max)s characters.", max=LONGEST_NAME), field="name"
        )
    return clean


def about(invitation: Invitation) -> About:
    """An invitation as the subject of an audit entry."""
    return About(SubjectKind.INVITATION, invitation.id, invitation.name)


def record(
    session: Session,
    action: Action,
    invitation: Invitation,
    target: Target,
    by: audit.By | None = None,
) -> None:
    """Record what happened to an invitation."""
    detail: dict[str, str | int] = {"role": target.role.value}
    if target.organisation_id is not None:
        detail["organisation"] = target.organisation_id
    if target.instructor_id is not None:
        detail["instructor"] = target.instructor_id
    if action in (Action.INVITED, Action.INVITATION_RENEWED):
        detail["by_mail"] = invitation.by_mail
    audit.record(
        session, action, about=about(invitation), by=by, region_code=target.place, detail=detail
    )
