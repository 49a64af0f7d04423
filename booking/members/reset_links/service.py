"""Makes and uses links for a new password that are handed over."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.accounts.models import User
from booking.accounts.service import as_subject
from booking.accounts.sign_in.sessions import key_hash, new_key
from booking.audit import Action
from booking.errors import NotFound
from booking.members.engine.states import RESET_VALID
from booking.members.errors import ResetLinkGone
from booking.members.models import ResetLink
from booking.members.people.service import managed


def url_of(token: str) -> str:
    """The address of a link's page."""
    return f"{current_app.config['BASE_URL']}/new-password/{token}"


def make(session: Session, *, actor: Actor, user_id: int, now: datetime) -> tuple[ResetLink, str]:
    """A new link for somebody's account, with its token; one that was made before is void.

    Raises `NotFound` if the actor may not manage the account. A suspended account gets none.
    """
    user = managed(session, actor, user_id)
    session.execute(delete(ResetLink).where(ResetLink.user_id == user.id))
    token = new_key()
    link = ResetLink(
        token_hash=key_hash(token),
        user_id=user.id,
        uniquifier=user.fs_uniquifier,
        made_by=actor.user_id,
        created_at=now,
        expires_at=now + RESET_VALID,
    )
    session.add(link)
    session.flush()
    audit.record(session, Action.RESET_LINK_MADE, about=as_subject(user))
    return link, token


def user_of(session: Session, token: str, *, now: datetime, lock: bool = False) -> User:
    """The account of a link that works; `NotFound` or `ResetLinkGone` (410) for any other."""
    query = select(ResetLink).where(ResetLink.token_hash == key_hash(token))
    if lock:
        query = query.with_for_update(of=ResetLink)
    link = session.scalars(query).one_or_none()
    if link is None:
        # Also one that was used or replaced: its row is gone.
        raise NotFound(ResetLinkGone.sentence)
    if now >= link.expires_at:
        raise ResetLinkGone()
    user = session.get_one(User, link.user_id, with_for_update={"of": User} if lock else None)
    if not user.active or user.fs_uniquifier != link.uniquifier:
        raise ResetLinkGone()
    return user


def spend(session: Session, token: str, *, now: datetime) -> User:
    """The account of a link, locked; the link works no more."""
    user = user_of(session, token, now=now, lock=True)
    session.execute(delete(ResetLink).where(ResetLink.user_id == user.id))
    return user


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete links that are too old."""
    session.execute(delete(ResetLink).where(ResetLink.expires_at <= now))
