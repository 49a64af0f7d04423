"""Asks for codes, makes them, and accepts each once. The caller owns transactions.

A code has six digits, is valid for `VALID`, and can be typed `MOST_ATTEMPTS` times, in the browser
that asked for it only (its session holds the id). Only a keyed hash is stored.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from booking.accounts.codes.errors import TooManyCodes
from booking.accounts.codes.models import SignInCode
from booking.accounts.engine.delays import Bound
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.accounts.sign_in import attempts, limits
from booking.crypto import fingerprint
from booking.web.request_limits import network_of

DIGITS = 6
VALID = timedelta(minutes=5)
MOST_ATTEMPTS = 5
KEPT = timedelta(hours=1)
"""For this time after its end a request is kept, so that a late code gets the same answer."""

NUMBER = Bound(
    free=3, leak=timedelta(minutes=20), first=timedelta(minutes=5), longest=timedelta(hours=1)
)
"""Codes to one number, whoever asks."""

ADDRESS = Bound(free=20, leak=timedelta(minutes=3))
"""Codes from one network, to all numbers: an office may share one."""


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code that is to be sent."""

    user: User
    phone: str
    code: str
    until: datetime


def ask(session: Session, phone: str, *, language: str | None, now: datetime) -> int:
    """Store a request for a code to a number; its id. Raises `TooManyCodes`."""
    network = network_of(request.remote_addr or "")
    counted = {
        limits.key_of(f"code number {phone}"): NUMBER,
        limits.key_of(f"code address {network}"): ADDRESS,
    }
    wait = attempts.charge(session, counted, now=now)
    if wait:
        raise TooManyCodes(wait)
    asked = SignInCode(phone=phone, language=language, asked_at=now, expires_at=now + VALID)
    session.add(asked)
    session.flush()
    return asked.id


def make(session: Session, request_id: int, *, now: datetime) -> MadeCode | None:
    """Make the code of a request that waits; None if nothing is to be sent."""
    asked = session.get(SignInCode, request_id, with_for_update=True)
    if asked is None or asked.phone is None:
        return None
    phone, asked.phone = asked.phone, None
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    asked.code_hash = _hash(current_app.config["SECRET_KEY"], asked.id, code)
    user = limits.user_of(session, phone)
    if user is None or not _may_have_code(user) or now >= asked.expires_at:
        session.flush()
        return None
    asked.user_id, asked.uniquifier = user.id, user.fs_uniquifier
    session.flush()
    return MadeCode(user, phone, code, asked.expires_at)


def accept(session: Session, request_id: int, typed: str, *, now: datetime) -> User | None:
    """The user whom a typed code signs in; None, for whatever reason. Counts the attempt.

    Commits nothing: the caller commits whether the code was right or not.
    """
    row = session.execute(
        update(SignInCode)
        .where(
            SignInCode.id == request_id,
            SignInCode.used_at.is_(None),
            SignInCode.attempts < MOST_ATTEMPTS,
            SignInCode.expires_at > now,
        )
        .values(attempts=SignInCode.attempts + 1)
        .returning(SignInCode.code_hash, SignInCode.user_id, SignInCode.uniquifier)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    stored = "" if row is None or row.code_hash is None else row.code_hash
    fits = _fits(stored, request_id, typed)
    if not fits or row is None or row.user_id is None:
        return None
    # Only now: a wrong code takes the same time whether its number has an account or not.
    user = session.get_one(User, row.user_id)
    if user.fs_uniquifier != row.uniquifier or not _may_have_code(user):
        return None
    session.execute(
        update(SignInCode)
        .where(SignInCode.id == request_id)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return user


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the requests that are over for some time."""
    session.execute(delete(SignInCode).where(SignInCode.expires_at <= now - KEPT))


def _may_have_code(user: User) -> bool:
    """Administrators without a second step sign in with their password: a number can be stolen."""
    if not user.active or user.phone is None:
        return False
    administers = any(membership.role is Role.ADMIN for membership in user.memberships)
    return not administers or user.tf_primary_method is not None or bool(user.webauthn)


def _fits(stored: str, request_id: int, typed: str) -> bool:
    """Whether the code is the stored one; the same work for every one that is typed."""
    config = current_app.config
    keys = [config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]]
    equal = [hmac.compare_digest(_hash(key, request_id, typed), stored) for key in keys]
    return any(equal)


def _hash(key: str, request_id: int, code: str) -> str:
    return fingerprint(key, f"{request_id} {code}", purpose="sign-in code")
