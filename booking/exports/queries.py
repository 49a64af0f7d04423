"""Reads files that were asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from booking.errors import NotFound
from booking.exports.models import ExportFile, ExportState
from booking.sentences import N_

MOST_LISTED = 20


class FileGone(NotFound):
    """Raised when there is no such file of this person."""

    sentence = N_("This file is no longer there: files are kept for a day. Export it again.")


def file_of(session: Session, key: str, user_id: int, *, content: bool = False) -> ExportFile:
    """The file of this key, of this person. Raises `FileGone` (404)."""
    query = select(ExportFile).where(ExportFile.key == key, ExportFile.user_id == user_id)
    found = session.scalars(query.options(undefer(ExportFile.content)) if content else query)
    file = found.one_or_none()
    if file is None:
        raise FileGone()
    return file


def files_of(session: Session, user_id: int) -> Sequence[ExportFile]:
    """The newest files of a person."""
    query = select(ExportFile).where(ExportFile.user_id == user_id)
    return session.scalars(query.order_by(ExportFile.id.desc()).limit(MOST_LISTED)).all()


def waiting_file(session: Session) -> int | None:
    """The id of the file that has waited longest for the worker."""
    query = select(ExportFile.id).where(ExportFile.state == ExportState.WAITING)
    return session.scalars(query.order_by(ExportFile.id).limit(1)).first()
