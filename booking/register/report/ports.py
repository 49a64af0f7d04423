"""Where the people of an import are invited: a page of another feature."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.register.batches import queries

INVITE_MANY = "members.invite_several"
"""The endpoint that invites many people: those of an `import`, by its key."""


def invitation_url(key: str) -> str:
    """The address of the page that invites the people of an import."""
    parameters: dict[str, Any] = {"import": key}  # A word of the language.
    return url_for(INVITE_MANY, **parameters)


def people_of_import(session: Session, key: str, actor: Actor) -> list[int]:
    """Whom an import added or completed (`members.invitations.ports`); `NotFound` (404)."""
    return queries.instructor_ids(session, queries.batch_of(session, key, actor).id)
