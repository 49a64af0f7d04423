"""Limits of sign-in attempts, and device cookies. The caller owns transactions.

A strict limit counts each pair of account and address; loose ones count each account over all
addresses, and each address over all accounts. A browser that has signed in to the account before
has a limit of its own only: guesses of others, even from the same network, do not delay it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, request
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session, lazyload

from booking.accounts.engine.delays import ACCOUNT, ADDRESS, PAIR, Bound
from booking.accounts.engine.errors import TooManyTries
from booking.accounts.models import User
from booking.accounts.sign_in import attempts, browsers
from booking.crypto import fingerprint
from booking.web.request_limits import network_of

_BY_EMAIL, _BY_PHONE = (
    select(User).where(condition).order_by(User.id).limit(1).options(lazyload(User.memberships))
    for condition in (
        func.lower(User.email) == func.lower(bindparam("name")),
        User.phone == bindparam("name"),
    )
)


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """An attempt: its account, if there is one, and the limits that it is counted against."""

    user: User | None
    strict: str
    """The key whose count is deleted when the attempt succeeds."""
    counted: dict[str, Bound]


def user_of(session: Session, name: str) -> User | None:
    """The user with a mail address (in any case) or a number; memberships are not loaded.

    `name` is in the form of `sign_in_names.compared`.
    """
    query = _BY_PHONE if name.startswith("+") and "@" not in name else _BY_EMAIL
    return session.scalars(query, {"name": name}).one_or_none()


def prepare(session: Session, name: str) -> SignInAttempt:
    """An attempt to sign in to the account of this address or number. One query."""
    user = user_of(session, name)
    # `fs_uniquifier` changes with the password: a reset by mail starts new counts.
    account = f"text {name.lower()}" if user is None else f"user {user.fs_uniquifier}"
    browser = None if user is None else _known_browser(user.id)
    if browser is not None:
        strict = key_of(f"browser {browser} {account}")
        return SignInAttempt(user, strict, {strict: PAIR})
    network = network_of(request.remote_addr or "")
    strict = key_of(f"pair {network} {account}")
    counted = {
        strict: PAIR,
        key_of(f"account {account}"): ACCOUNT,
        key_of(f"address {network}"): ADDRESS,
    }
    return SignInAttempt(user, strict, counted)


def prepare_signed_in(_session: Session, *, user: User) -> SignInAttempt:
    """An attempt of a signed-in user to confirm the password.

    Counted by account only: it needs a session, so guesses of others cannot delay it, and a stolen
    session gets no further attempts from another address or in another form.
    """
    strict = key_of(f"signed in {user.id}")
    return SignInAttempt(user, strict, {strict: PAIR})


def check(session: Session, attempt: SignInAttempt, *, now: datetime) -> None:
    """Check the limits without a write transaction; raises `TooManyTries`."""
    wait = attempts.wait(session, attempt.counted, now=now)
    if wait:
        raise TooManyTries(wait)


def admit(session: Session, attempt: SignInAttempt, *, now: datetime) -> None:
    """Count an attempt before its password is checked; raises `TooManyTries`."""
    wait = attempts.charge(session, attempt.counted, now=now)
    if wait:
        raise TooManyTries(wait)


def withdraw(session: Session, attempt: SignInAttempt, *, now: datetime) -> None:
    """Take back an attempt whose password was not checked."""
    attempts.take_back(session, attempt.counted, now=now)


def succeed(
    session: Session, attempt: SignInAttempt, *, now: datetime, renewed: str | None
) -> None:
    """Clear the counts of a successful attempt; `renewed` replaces an outdated hash."""
    others = {key: bound for key, bound in attempt.counted.items() if key != attempt.strict}
    attempts.forget(session, [attempt.strict])
    attempts.take_back(session, others, now=now)
    if renewed is not None and attempt.user is not None:
        session.execute(update(User).where(User.id == attempt.user.id).values(password=renewed))


def key_of(counted: str) -> str:
    """The key of a count: a keyed hash, which reveals neither addresses nor accounts."""
    return fingerprint(current_app.config["SECRET_KEY"], counted, purpose="attempts")


def _known_browser(user_id: int) -> str | None:
    value = request.cookies.get(browsers.COOKIE)
    if value is None:
        return None
    config = current_app.config
    secrets = [*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]]
    return browsers.read(value, user_id, secrets)


def remember_browser(response: Response, user_id: int) -> Response:
    """Set the device cookie of a user who has signed in."""
    config = current_app.config
    response.set_cookie(
        browsers.COOKIE,
        browsers.write(user_id, config["SECRET_KEY"]),
        max_age=browsers.LASTS_SECONDS,
        # The sign-in page and the booking form: both take passwords.
        path="/",
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
