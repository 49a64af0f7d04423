"""The demonstration's password: known on one's own machine, random where others can reach it."""

from __future__ import annotations

import secrets

from flask import current_app
from flask_security.utils import hash_password, verify_password
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Role
from booking.accounts.models import User

KNOWN = "yueke-demo-2026"
SIGN_INS = (
    ("branch@example.org", Role.BRANCH),
    ("instructor@example.org", Role.INSTRUCTOR),
    ("coordinator@example.org", Role.COORDINATOR),
    ("admin@example.org", Role.ADMIN),
)
DOMAIN = "@example.org"
"""Of all people of the demonstration; nobody else can have it (RFC 2606)."""

MOST_HASHES = 20
"""The accounts of the demonstration share one hash; each is slow to compare."""


def choose_password() -> str:
    """The known password, or a random one where other machines can reach the server."""
    return KNOWN if current_app.config["LOCAL"] else secrets.token_urlsafe(12)


def new_password(session: Session) -> str:
    """Give all accounts of the demonstration another password; returns it."""
    password = choose_password()
    _set(session, _hashes(session), password)
    return password


def replace_known(session: Session) -> str | None:
    """Replace the known password where others can reach the server; returns the new one.

    None if there is nothing to replace: the demonstration may have been loaded when the server
    listened on the loopback only.
    """
    if current_app.config["LOCAL"]:
        return None
    known = [one for one in _hashes(session) if verify_password(KNOWN, one)]
    if not known:
        return None
    password = choose_password()
    _set(session, known, password)
    return password


def sign_ins(session: Session, password: str | None = None) -> list[str]:
    """Who can sign in to the demonstration, a line each; with a password that was just made."""
    emails = [email for email, _role in SIGN_INS]
    found = session.execute(select(User.email, User.password).where(User.email.in_(emails)))
    hashes = {email: kept or "" for email, kept in found}
    if not hashes:
        return []
    kept_ones = {kept for kept in hashes.values() if kept}
    if password is None and any(verify_password(KNOWN, kept) for kept in kept_ones):
        password = KNOWN
    told = (
        f"Demo sign-ins (password {password}):"
        if password
        else "Demo sign-ins (the password was shown when it was made; "
        "`flask demo --new-password` makes another):"
    )
    return [told, *(f"  {role.value:<12} {email}" for email, role in SIGN_INS if email in hashes)]


def _hashes(session: Session) -> list[str]:
    """The most frequent hashes of the demonstration's accounts."""
    query = (
        select(User.password)
        .where(User.email.endswith(DOMAIN), User.password.is_not(None))
        .group_by(User.password)
        .order_by(func.count().desc())
        .limit(MOST_HASHES)
    )
    return [one for one in session.scalars(query) if one is not None]


def _set(session: Session, hashes: list[str], password: str) -> None:
    session.execute(
        update(User)
        .where(User.password.in_(hashes), User.email.endswith(DOMAIN))
        .values(password=hash_password(password))
    )
