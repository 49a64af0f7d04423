"""Files between the request and the worker. The caller owns the transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking import jobs
from booking.db import after_commit
from booking.exports.models import ExportFile, ExportState

LARGE = 500
"""Rows from which on the worker makes a file; fewer take less than a second."""

KEPT = timedelta(days=1)

SILENCE = timedelta(minutes=5)
"""After so long without an update by the worker a file has failed."""

OPEN = (ExportState.WAITING, ExportState.RUNNING)


def ask(
    session: Session,
    *,
    kind: str,
    choice: Mapping[str, Any],
    rows: int,
    filename: str,
    mimetype: str,
    user_id: int,
    language: str,
    now: datetime,
) -> ExportFile:
    """Have the worker make a file. Asking again for the same before it is made asks once."""
    open_files = select(ExportFile).where(
        ExportFile.user_id == user_id, ExportFile.kind == kind, ExportFile.state.in_(OPEN)
    )
    for file in session.scalars(open_files):
        if file.choice == dict(choice) and file.language == language:
            return file
    file = ExportFile(
        key=secrets.token_urlsafe(32),
        user_id=user_id,
        kind=kind,
        choice=dict(choice),
        language=language,
        filename=filename,
        mimetype=mimetype,
        rows=rows,
        created_at=now,
    )
    session.add(file)
    session.flush()
    after_commit(session, "wake", jobs.wake)
    return file


def take(session: Session, file_id: int, *, now: datetime) -> bool:
    """Take a waiting file; False if another worker has taken it."""
    taken = session.execute(
        update(ExportFile)
        .where(ExportFile.id == file_id, ExportFile.state == ExportState.WAITING)
        .values(state=ExportState.RUNNING, seen_at=now)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def progress(session: Session, file_id: int, done: int, *, now: datetime) -> None:
    """Store how many rows were read."""
    _set(session, file_id, done=done, seen_at=now)


def finish(session: Session, file_id: int, content: bytes, *, now: datetime) -> None:
    """Store the file."""
    _set(session, file_id, state=ExportState.READY, content=content, seen_at=now)


def end(session: Session, file_id: int, state: ExportState) -> None:
    """Store that there will be no file."""
    _set(session, file_id, state=state)


def _set(session: Session, file_id: int, **values: object) -> None:
    session.execute(update(ExportFile).where(ExportFile.id == file_id).values(**values))


def fail_lost(session: Session, *, now: datetime) -> None:
    """Give up files that the worker has not updated for `SILENCE`."""
    session.execute(
        update(ExportFile)
        .where(ExportFile.state == ExportState.RUNNING, ExportFile.seen_at < now - SILENCE)
        .values(state=ExportState.FAILED)
    )
