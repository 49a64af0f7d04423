"""Changes of text pages: each is a version of its own, which the next one replaces."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking import audit
from booking.administration.texts import queries
from booking.administration.texts.engine.pages import TextPage, checked
from booking.administration.texts.models import TextVersion
from booking.administration.texts.words import default_body
from booking.errors import NotFound


def write(session: Session, page: TextPage, language: str, body: str, *, now: datetime) -> bool:
    """Store what a page says; returns whether it differs. Empty, or equal to it: the default.

    Raises `Invalid` for a text that is too long.
    """
    body = checked(body.replace("\r\n", "\n"))
    if body == default_body(page, language):
        body = ""
    if (body or default_body(page, language)) == queries.body_of(session, page, language):
        return False
    session.add(
        TextVersion(
            page=page,
            language=language,
            body=body,
            changed_at=now,
            changed_by=audit.acting().label[:120],
        )
    )
    session.flush()
    audit.record(
        session,
        audit.Action.TEXT_CHANGED,
        detail={"page": page.value, "language": language},
    )
    return True


def restore(session: Session, version_id: int, *, now: datetime) -> TextVersion:
    """Say again what an earlier version said; returns that version. Raises `NotFound`."""
    version = session.get(TextVersion, version_id)
    if version is None:
        raise NotFound()
    write(session, version.page, version.language, version.body, now=now)
    return version
