"""Reads the text pages and their versions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.administration.texts.engine.pages import TextPage
from booking.administration.texts.models import TextVersion
from booking.administration.texts.words import default_body

SHOWN = 50
"""Versions on the page of one text, the newest first."""


def body_of(session: Session, page: TextPage, language: str) -> str:
    """What a page says now in a language."""
    query = (
        select(TextVersion.body)
        .where(TextVersion.page == page, TextVersion.language == language)
        .order_by(TextVersion.id.desc())
        .limit(1)
    )
    return session.scalar(query) or default_body(page, language)


def versions(session: Session, page: TextPage, language: str) -> Sequence[TextVersion]:
    """The latest versions of a page, the newest first."""
    query = (
        select(TextVersion)
        .where(TextVersion.page == page, TextVersion.language == language)
        .order_by(TextVersion.id.desc())
        .limit(SHOWN)
    )
    return session.scalars(query).all()


def latest(session: Session) -> dict[tuple[TextPage, str], TextVersion]:
    """The newest version of each page in each language, where there is one."""
    newest = select(func.max(TextVersion.id)).group_by(TextVersion.page, TextVersion.language)
    rows = session.scalars(select(TextVersion).where(TextVersion.id.in_(newest)))
    return {(row.page, row.language): row for row in rows}
