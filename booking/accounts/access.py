"""Revoking and granting access: one function for each operation of an administrator.

A revocation is complete at the next request: sign-ins and mailed links for a new password or
address are bound to `fs_uniquifier`, which is replaced here, and everything that depends on a
membership checks it on each use.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from blinker import Signal
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts import service
from booking.accounts.engine import sign_in_names
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.accounts.sign_in import sessions
from booking.errors import Invalid, NotFound

access_ended = Signal("access_ended")
"""Signal with `session`, `user`, `membership` (None: all of them) and `now`, sent in the
transaction that revokes the access."""


def user_of(session: Session, email: str) -> User:
    """The user with a mail address or number, with its row locked; raises `NotFound`."""
    name = sign_in_names.read(email)
    if name is not None and name.phone is not None:
        query = select(User).where(User.phone == name.phone)
    else:
        query = select(User).where(func.lower(User.email) == email.strip().lower())
    user = session.scalars(query.with_for_update(of=User)).one_or_none()
    if user is None:
        raise NotFound(_("Nobody has an account with the address %(email)s.", email=email))
    return user


def disable(session: Session, *, user: User, now: datetime) -> None:
    """Disable an account, and end its sign-ins, links and feeds."""
    user.active = False
    _end_sign_ins(session, user)
    access_ended.send(session, user=user, membership=None, now=now)
    audit.record(session, audit.Action.ACCOUNT_DISABLED, about=service.as_subject(user))


def enable(session: Session, *, user: User) -> None:
    """Enable an account again. Its earlier sign-ins and feeds stay revoked."""
    user.active = True
    session.flush()
    audit.record(session, audit.Action.ACCOUNT_ENABLED, about=service.as_subject(user))


def sign_out(session: Session, *, user: User) -> int:
    """End all sign-ins of a user, and links for a new password; returns the number of sign-ins."""
    count = _end_sign_ins(session, user)
    record_ended(session, about=service.as_subject(user), count=count)
    return count


def record_ended(session: Session, *, about: audit.About, count: int) -> None:
    """Record in the audit log that sign-ins were ended other than by signing out."""
    audit.record(session, audit.Action.SESSIONS_ENDED, about=about, detail={"ended": count})


def _end_sign_ins(session: Session, user: User) -> int:
    user.fs_uniquifier = uuid.uuid4().hex
    session.flush()
    return sessions.end_others(session, user_id=user.id, kept=None)


def add_role(
    session: Session, *, user: User, role: Role, now: datetime, **limit: Any
) -> Membership:
    """Add a membership, limited to an organisation_id, instructor_id or region_code.

    Raises `Invalid` if it exists already.
    """
    if _membership(session, user, role, limit) is not None:
        raise Invalid(_("%(email)s has this role already.", email=user.sign_in_name))
    return service.add_membership(session, user=user, role=role, now=now, **limit)


def remove_role(session: Session, *, user: User, role: Role, now: datetime, **limit: Any) -> None:
    """Delete a membership; `limit` as in `add_role`; raises `NotFound`."""
    membership = _membership(session, user, role, limit)
    if membership is None:
        raise NotFound(_("%(email)s does not have this role.", email=user.sign_in_name))
    access_ended.send(session, user=user, membership=membership, now=now)
    audit.record(
        session,
        audit.Action.ROLE_REMOVED,
        about=service.as_subject(user),
        region_code=membership.region_code,
        detail=service.role_facts(membership),
    )
    session.delete(membership)
    session.flush()


def roles_of(session: Session, user: User) -> Sequence[Membership]:
    """The memberships of a user in the order of their creation."""
    query = select(Membership).where(Membership.user_id == user.id).order_by(Membership.id)
    return session.scalars(query).all()


def _membership(
    session: Session, user: User, role: Role, limit: dict[str, Any]
) -> Membership | None:
    query = select(Membership).where(Membership.user_id == user.id, Membership.role == role)
    return session.scalars(query.filter_by(**limit)).first()
