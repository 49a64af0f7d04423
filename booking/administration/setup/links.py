"""The one-time link of the first start: made at each start, until there is an administrator."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.administration.setup.models import SetupLink
from booking.crypto import fingerprint
from booking.errors import NotFound
from booking.sentences import N_
from booking.settings.engine.declarations import SET_UP_AT
from booking.settings.models import StoredSetting
from booking.settings.queries import in_force

VALID_FOR = timedelta(hours=24)

_OLD_LINK = N_(
    "This link is no longer valid. Start the server again: it prints a new one in the terminal or "
    "the log."
)


def is_awaited() -> bool:
    """Whether there was never an administrator, as pages tell; within seconds after the first."""
    return not in_force(SET_UP_AT)


def is_set_up(session: Session) -> bool:
    """Whether there is, or was, an administrator; read from the database."""
    return session.get(StoredSetting, SET_UP_AT.name) is not None


def renew(session: Session, *, now: datetime) -> str:
    """Make a new link, which ends the one before; returns its token."""
    token = secrets.token_urlsafe(32)
    link = session.get(SetupLink, 1) or SetupLink(id=1)
    link.token_hash, link.expires_at = _hash(token), now + VALID_FOR
    session.add(link)
    session.flush()
    return token


def check(session: Session, token: str, *, now: datetime, lock: bool = False) -> SetupLink:
    """The link of a token; raises `NotFound` (404), whatever the token, once there was one used.

    With `lock` it cannot be used twice at the same time.
    """
    query = select(SetupLink).where(SetupLink.id == 1)
    link = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if is_set_up(session):
        raise NotFound()
    fits = link is not None and hmac.compare_digest(link.token_hash, _hash(token))
    if link is None or not fits or link.expires_at <= now:
        raise NotFound(_OLD_LINK)
    return link


def _hash(token: str) -> str:
    return fingerprint(current_app.config["SECRET_KEY"], token, purpose="setup link")
