"""Server-side sessions (`SignIn` rows): created with a random key, looked up, listed, ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, joinedload

from booking.accounts.engine.user_agents import recognise
from booking.accounts.models import Membership, Organisation, SignIn, User

USE_WRITTEN_EVERY = timedelta(minutes=10)
"""Least interval between two updates of `last_used_at`: reading pages should rarely write."""

_FOUND = (
    select(User, SignIn.id, SignIn.last_used_at)
    .join(SignIn, (SignIn.user_id == User.id) & (SignIn.uniquifier == User.fs_uniquifier))
    .where(
        SignIn.key_hash == bindparam("key_hash"),
        SignIn.last_used_at > bindparam("since"),
        User.active,
    )
    .options(
        joinedload(User.memberships)
        .joinedload(Membership.organisation)
        .lazyload(Organisation.region)
    )
)
"""Loads the user of a key with the memberships; built once, executed in each request."""


@dataclass(frozen=True, slots=True)
class Found:
    """A valid sign-in, and its user."""

    id: int
    user: User
    last_used_at: datetime


def new_key() -> str:
    """A key for the cookies of one browser: 256 random bits."""
    return secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """The stored hash of a key: SHA-256; with 256 random bits no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def begin(
    session: Session, *, key: str, user_id: int, uniquifier: str, agent: str, now: datetime
) -> SignIn:
    """Store a sign-in. `uniquifier` is that of the user when the password was checked."""
    browser, system = recognise(agent)
    sign_in = SignIn(
        key_hash=key_hash(key),
        user_id=user_id,
        uniquifier=uniquifier,
        browser=browser,
        system=system,
        created_at=now,
        last_used_at=now,
    )
    session.add(sign_in)
    session.execute(update(User).where(User.id == user_id).values(signed_in_at=now))
    session.flush()
    return sign_in


def find(session: Session, key: str, *, now: datetime, unused: timedelta) -> Found | None:
    """The sign-in of a key; None if it has ended or was not used for the time `unused`."""
    values = {"key_hash": key_hash(key), "since": now - unused}
    row = session.execute(_FOUND, values).unique().one_or_none()
    return None if row is None else Found(user=row[0], id=row[1], last_used_at=row[2])


def note_use(session: Session, *, sign_in_id: int, now: datetime) -> None:
    """Update `last_used_at` of a sign-in."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_used_at=now))


def listed(session: Session, user: User, *, now: datetime, unused: timedelta) -> Sequence[SignIn]:
    """The valid sign-ins of a user, newest first."""
    query = select(SignIn).where(
        SignIn.user_id == user.id,
        SignIn.uniquifier == user.fs_uniquifier,
        SignIn.last_used_at > now - unused,
    )
    return session.scalars(query.order_by(SignIn.created_at.desc(), SignIn.id.desc())).all()


def end(session: Session, *, user_id: int, sign_in_id: int) -> int:
    """End one sign-in of a user; returns 1, or 0 if it has ended or is of another user."""
    query = delete(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == user_id)
    return _count(session.execute(query))


def end_others(session: Session, *, user_id: int, kept: int | None) -> int:
    """End all sign-ins of a user but the id `kept` (None: all); returns how many."""
    query = delete(SignIn).where(SignIn.user_id == user_id)
    return _count(session.execute(query if kept is None else query.where(SignIn.id != kept)))


def carry_over(session: Session, *, user: User, kept: int | None) -> None:
    """After a new `fs_uniquifier`: keep one sign-in of the user valid, and end the others."""
    end_others(session, user_id=user.id, kept=kept)
    query = update(SignIn).where(SignIn.user_id == user.id)
    session.execute(query.values(uniquifier=user.fs_uniquifier))


def unused_since(instant: datetime) -> ColumnElement[bool]:
    """SQL condition: the sign-in was last used at an instant or before, or has ended."""
    valid = exists().where(User.id == SignIn.user_id, User.fs_uniquifier == SignIn.uniquifier)
    return (SignIn.last_used_at <= instant) | ~valid


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
