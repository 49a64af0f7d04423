"""Writes refused attempts into the audit log."""

from __future__ import annotations

from flask import request

from booking import audit
from booking.accounts.models import User
from booking.accounts.service import as_subject
from booking.audit import About, Action, SubjectKind
from booking.db import db


def out_of_scope(attempt: str, about: About | None = None) -> None:
    """Record that somebody tried to reach beyond the own rights."""
    audit.record_apart(
        Action.OUT_OF_SCOPE, about=about, address=request.remote_addr, detail={"attempt": attempt}
    )


def account_of(user_id: int) -> About:
    """An account that somebody tried to reach, by its name if there is one."""
    user = db.session().get(User, user_id)
    return About(SubjectKind.USER, user_id) if user is None else as_subject(user)


def invitation_refused(why: str, about: About | None = None) -> None:
    """Record that an invitation was opened or accepted in vain."""
    audit.record_apart(
        Action.INVITATION_REFUSED, about=about, address=request.remote_addr, detail={"why": why}
    )
