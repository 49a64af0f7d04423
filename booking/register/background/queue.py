"""Imports that wait for the worker: queued, taken, their progress, and how they fail."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking import jobs
from booking.db import after_commit
from booking.register.models import (
    DraftFailure,
    DraftState,
    ImportDraft,
)

SILENCE = timedelta(minutes=2)
"""After so long without an update by the worker an import is lost; it can be started again."""


def queue(session: Session, *, draft: ImportDraft, people: int, skip_invalid: bool) -> None:
    """Have the worker import a draft."""
    draft.state, draft.failure = DraftState.WAITING, None
    draft.people, draft.done, draft.seen_at = people, 0, None
    draft.skip_invalid = skip_invalid
    after_commit(session, "wake", jobs.wake)


def take(session: Session, draft_id: int, *, now: datetime) -> bool:
    """Take a waiting draft; False if another worker has taken it."""
    taken = session.execute(
        update(ImportDraft)
        .where(ImportDraft.id == draft_id, ImportDraft.state == DraftState.WAITING)
        .values(state=DraftState.RUNNING, seen_at=now)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def progress(session: Session, draft_id: int, done: int, *, now: datetime) -> None:
    """Store how many people are done."""
    session.execute(
        update(ImportDraft).where(ImportDraft.id == draft_id).values(done=done, seen_at=now)
    )


def fail(session: Session, draft_id: int, failure: DraftFailure) -> None:
    """Store why a waiting import was refused; it can be started again."""
    session.execute(
        update(ImportDraft)
        .where(ImportDraft.id == draft_id)
        .values(state=DraftState.FAILED, failure=failure)
    )


def fail_lost(session: Session, *, now: datetime) -> None:
    """Give up imports that the worker has not updated for `SILENCE`."""
    session.execute(
        update(ImportDraft)
        .where(ImportDraft.state == DraftState.RUNNING, ImportDraft.seen_at < now - SILENCE)
        .values(state=DraftState.FAILED, failure=DraftFailure.LOST)
    )


def waiting_draft(session: Session) -> int | None:
    """The id of the draft that has waited longest for the worker."""
    query = select(ImportDraft.id).where(ImportDraft.state == DraftState.WAITING)
    return session.scalars(query.order_by(ImportDraft.id).limit(1)).first()
