"""Writes refused attempts into the audit log."""

from __future__ import annotations

from flask import request

from booking import audit
from booking.audit import About, Action


def out_of_scope(attempt: str, about: About | None = None) -> None:
    """Record that somebody tried to reach beyond the own rights."""
    audit.record_apart(
        Action.OUT_OF_SCOPE, about=about, address=request.remote_addr, detail={"attempt": attempt}
    )


def invitation_refused(why: str, about: About | None = None) -> None:
    """Record that an invitation was opened or accepted in vain."""
    audit.record_apart(
        Action.INVITATION_REFUSED, about=about, address=request.remote_addr, detail={"why": why}
    )
