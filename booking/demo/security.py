"""The demonstration's password: public on a local server, random on a reachable one."""

from __future__ import annotations

import secrets

from flask import current_app
from flask_security.utils import hash_password, verify_password
from sqlalchemy import and_, func, or_, select, update
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
"""Mail domain of all demonstration accounts; reserved, so no real account has it (RFC 2606)."""

NUMBERS = "+8612000"
"""How the telephone numbers of demonstration accounts begin; they are not in use."""

OF_DEMONSTRATION = or_(
    User.email.endswith(DOMAIN), and_(User.email.is_(None), User.phone.startswith(NUMBERS))
)

MOST_HASHES = 20
"""Maximum hashes to verify, each slowly; the demonstration's accounts share one hash."""


def choose_password() -> str:
    """The public password, or a random one if other machines can reach the server."""
    return KNOWN if current_app.config["LOCAL"] else secrets.token_urlsafe(12)


def new_password(session: Session) -> str:
    """Set a new password for all accounts of the demonstration; returns it."""
    password = choose_password()
    _set(session, _hashes(session), password)
    return password


def replace_known(session: Session) -> str | None:
    """Replace the public password if other machines can reach the server; returns the new one.

    The demonstration may have been loaded while the server listened on loopback only. None if
    there is nothing to replace.
    """
    if current_app.config["LOCAL"]:
        return None
    public_hashes = [
        stored_hash for stored_hash in _hashes(session) if verify_password(KNOWN, stored_hash)
    ]
    if not public_hashes:
        return None
    password = choose_password()
    _set(session, public_hashes, password)
    return password


def sign_ins(session: Session, password: str | None = None) -> list[str]:
    """Lines that list the demonstration's sign-ins; `password` is the one just set, if any."""
    emails = [email for email, _role in SIGN_INS]
    rows = session.execute(select(User.email, User.password).where(User.email.in_(emails)))
    hashes = {email: stored_hash or "" for email, stored_hash in rows}
    if not hashes:
        return []
    distinct_hashes = {stored_hash for stored_hash in hashes.values() if stored_hash}
    if password is None and any(
        verify_password(KNOWN, stored_hash) for stored_hash in distinct_hashes
    ):
        password = KNOWN
    headline = (
        f"Demo sign-ins (password {password}):"
        if password
        else "Demo sign-ins (the password was shown when it was made; "
        "`flask demo --new-password` makes another):"
    )
    return [
        headline,
        *(f"  {role.value:<12} {email}" for email, role in SIGN_INS if email in hashes),
    ]


def _hashes(session: Session) -> list[str]:
    """The most frequent hashes of the demonstration's accounts."""
    query = (
        select(User.password)
        .where(OF_DEMONSTRATION, User.password.is_not(None))
        .group_by(User.password)
        .order_by(func.count().desc())
        .limit(MOST_HASHES)
    )
    return [stored_hash for stored_hash in session.scalars(query) if stored_hash is not None]


def _set(session: Session, hashes: list[str], password: str) -> None:
    session.execute(
        update(User)
        .where(User.password.in_(hashes), OF_DEMONSTRATION)
        .values(password=hash_password(password))
    )
