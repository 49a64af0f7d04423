"""Takes requests to join, and carries out what a coordinator decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.csv_lists import LONGEST_ORGANISATION
from booking.accounts.engine.roles import Actor
from booking.accounts.engine.sign_in_names import SignInName
from booking.accounts.models import Organisation
from booking.accounts.service import add_organisation, known_region
from booking.accounts.sign_in.sessions import key_hash, new_key
from booking.audit import About, Action, SubjectKind
from booking.errors import Invalid, NotFound
from booking.members.engine.states import InvitationState, JoinState
from booking.members.errors import AlreadyDecided
from booking.members.invitations import service as invitations
from booking.members.invitations.service import Invitee
from booking.members.models import JoinRequest
from booking.members.sign_up.queries import request_in_scope
from booking.members.targets import of_organisation
from booking.notifications import channels
from booking.notifications.channels import Addressee, Notice
from booking.sentences import N_
from booking.text import one_line, plain

MOST_WAITING = 3
"""Requests of one address or number that may wait at once."""

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for."""

    region_code: str
    organisation: str
    name: str
    known_by: SignInName
    reason: str
    language: str | None = None


def url_of(token: str) -> str:
    """The address of a request's status page."""
    return f"{current_app.config['BASE_URL']}/join/{token}"


def ask(session: Session, asked: Asked, *, now: datetime) -> str:
    """Take a request; returns the token of its status page. Raises `Invalid`.

    Whether the organisation is known is neither looked up nor told.
    """
    known_region(session, asked.region_code)
    _refuse_many(session, asked.known_by)
    token = new_key()
    request = JoinRequest(
        token_hash=key_hash(token),
        region_code=asked.region_code,
        organisation_name=_organisation(asked.organisation),
        name=_text(asked.name, "name", invitations.LONGEST_NAME, N_("Enter your name.")),
        email=asked.known_by.email,
        phone=asked.known_by.phone,
        reason=_text(asked.reason, "reason", LONGEST_REASON, N_("Say in a sentence why you ask.")),
        language=asked.language,
        state=JoinState.WAITING,
        created_at=now,
        answer="",
    )
    session.add(request)
    session.flush()
    audit.record(session, Action.JOIN_ASKED, about=about(request), region_code=request.region_code)
    return token


def by_token(session: Session, token: str, *, lock: bool = False) -> JoinRequest:
    """The request of a status page; `NotFound` for an unknown token."""
    query = select(JoinRequest).where(JoinRequest.token_hash == key_hash(token))
    if lock:
        query = query.with_for_update(of=JoinRequest)
    request = session.scalars(query).one_or_none()
    if request is None:
        raise NotFound()
    return request


def approve(
    session: Session,
    *,
    actor: Actor,
    request_id: int,
    organisation_id: int | None,
    new_name: str,
    now: datetime,
) -> JoinRequest:
    """Approve: the request is for a known organisation, or for a new one with this name.

    Invites the person, by mail if there is an address; else the status page leads on. Raises
    `NotFound`, `AlreadyDecided`, or `Invalid` for a wrong name or somebody who is a member.
    """
    request = _waiting(session, actor, request_id)
    if organisation_id is None:
        organisation = add_organisation(session, name=new_name, region_code=request.region_code)
    else:
        found = session.get(Organisation, organisation_id)
        if found is None or not actor.coordinates(found.region_code):
            raise NotFound()
        organisation = found
    known_by = SignInName(request.email, request.phone)
    sent = invitations.invite(
        session,
        actor=actor,
        target=of_organisation(organisation),
        invitee=Invitee(request.name, known_by),
        by_mail=request.email is not None,
        now=now,
    )
    request.invitation_id = sent.invitation.id
    _decide(session, request, JoinState.APPROVED, actor, now)
    return request


def decline(
    session: Session, *, actor: Actor, request_id: int, answer: str, now: datetime
) -> JoinRequest:
    """Decline with a reason, which the asker reads by mail and on the status page."""
    request = _waiting(session, actor, request_id)
    request.answer = _text(answer, "answer", LONGEST_REASON, N_("Give a reason."))
    _decide(session, request, JoinState.DECLINED, actor, now)
    addressee = Addressee(request.name, request.email, request.phone, request.language)
    values = {"organisation": request.organisation_name, "answer": request.answer}
    channels.send(session, addressee, Notice("join_declined", values), now=now)
    return request


def go_on(session: Session, token: str, *, now: datetime) -> str:
    """The token of the invitation that an approved request led to, made anew for the asker.

    Whoever gave an address goes on by the mail, which proves that it is theirs.
    """
    request = by_token(session, token, lock=True)
    invitation = request.invitation
    if (
        request.email is not None
        or invitation is None
        or invitation.state(now)
        not in (
            InvitationState.OPEN,
            InvitationState.EXPIRED,
        )
    ):
        raise NotFound()
    return invitations.renew_for_holder(session, invitation, now=now).token


def about(request: JoinRequest) -> About:
    """A request as the subject of an audit entry."""
    return About(SubjectKind.JOIN_REQUEST, request.id, request.organisation_name)


def _waiting(session: Session, actor: Actor, request_id: int) -> JoinRequest:
    request = request_in_scope(session, actor, request_id, lock=True)
    if request.state is not JoinState.WAITING:
        raise AlreadyDecided()
    return request


def _decide(
    session: Session, request: JoinRequest, state: JoinState, actor: Actor, now: datetime
) -> None:
    request.state, request.decided_at, request.decided_by = state, now, actor.user_id
    session.flush()
    audit.record(
        session,
        Action.JOIN_DECIDED,
        about=about(request),
        region_code=request.region_code,
        detail={"decision": state.value},
    )


def _refuse_many(session: Session, known_by: SignInName) -> None:
    same = (
        JoinRequest.email == known_by.email
        if known_by.email is not None
        else JoinRequest.phone == known_by.phone
    )
    query = select(func.count(JoinRequest.id)).where(same, JoinRequest.state == JoinState.WAITING)
    if (session.scalar(query) or 0) >= MOST_WAITING:
        raise Invalid(
            N_(
                "%(most)s requests with this address or number wait already. Wait for an answer.",
                most=MOST_WAITING,
            ),
            field="contact",
        )


def _organisation(typed: str) -> str:
    name = one_line(typed)
    if not name:
        raise Invalid(N_("Give the branch a name."), field="organisation")
    if len(name) > LONGEST_ORGANISATION:
        raise Invalid(
            N_("The name is too long: at most %(max)s characters.", max=LONGEST_ORGANISATION),
            field="organisation",
        )
    return name


def _text(typed: str, field: str, longest: int, missing: object) -> str:
    text = plain(typed).strip()
    if not text:
        raise Invalid(missing, field=field)
    if len(text) > longest:
        raise Invalid(
            N_("This text is too long: at most %(count)s characters.", count=longest), field=field
        )
    return text
