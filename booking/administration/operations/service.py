"""Try events and mail again, give mail up, ask for a backup. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking import audit, jobs
from booking.administration.operations import queries
from booking.administration.operations.models import Backup, BackupFailure, BackupState
from booking.audit import About, Action, SubjectKind
from booking.db import after_commit
from booking.errors import Conflict, Invalid, NotFound
from booking.notifications.models import Delivery
from booking.outbox.models import OutboxEvent
from booking.sentences import N_

MOST_AT_ONCE = 500
RUNNING_AT_MOST = timedelta(hours=2)
"""After this a backup that is still running has failed with its worker."""


class BackupUnderWay(Conflict):
    """Another backup waits or is being made."""

    sentence = N_("A backup is being made already. It appears in the list when it is ready.")


def retry_event(session: Session, *, event_id: int) -> None:
    """Let the worker handle an event again that it gave up. Raises `NotFound`."""
    event = session.get(OutboxEvent, event_id)
    if event is None or event.handled_at is not None:
        raise NotFound()
    event.attempts = 0
    audit.record(session, Action.EVENT_RETRIED, detail={"event": event.kind})
    after_commit(session, "wake", jobs.wake)


def retry_mails(session: Session, *, ids: Sequence[int], now: datetime) -> int:
    """Try mails again now; returns how many. Those sent or superseded meanwhile stay so.

    One attempt stays counted: a mail about a lecture that has changed since its failure is then
    superseded instead of sent (`notifications.claims`).
    """
    changed = _change(session, ids, now, next_try_at=now, attempts=1)
    _record(session, Action.MAIL_RETRIED, changed)
    after_commit(session, "wake", jobs.wake)
    return changed


def give_up_mails(session: Session, *, ids: Sequence[int], now: datetime) -> int:
    """Try mails no more; returns how many."""
    changed = _change(session, ids, now, next_try_at=None)
    _record(session, Action.MAIL_GIVEN_UP, changed)
    return changed


def _change(session: Session, ids: Sequence[int], now: datetime, **values: object) -> int:
    if not ids:
        raise Invalid(N_("Choose at least one mail."), field="mail")
    chosen = list(dict.fromkeys(ids))[:MOST_AT_ONCE]
    free = func.coalesce(Delivery.claimed_until, now) <= now
    condition = (Delivery.id.in_(chosen), queries.STUCK, free)
    found = list(session.scalars(select(Delivery.id).where(*condition)))
    session.execute(update(Delivery).where(Delivery.id.in_(found), *condition).values(**values))
    return len(found)


def _record(session: Session, action: Action, count: int) -> None:
    audit.record(session, action, about=About(SubjectKind.MAIL), detail={"mails": count})


def ask_for_backup(session: Session, *, user_id: int | None, now: datetime) -> Backup:
    """Let the worker make a backup. Raises `BackupUnderWay` (409)."""
    give_up_lost(session, now=now)
    if queries.is_under_way(session):
        raise BackupUnderWay()
    backup = Backup(state=BackupState.ASKED, user_id=user_id, asked_at=now)
    session.add(backup)
    session.flush()
    audit.record(session, Action.BACKUP_ASKED, about=About(SubjectKind.BACKUP, backup.id))
    after_commit(session, "wake", jobs.wake)
    return backup


def give_up_lost(session: Session, *, now: datetime) -> None:
    """Mark backups whose worker was stopped as failed."""
    session.execute(
        update(Backup)
        .where(Backup.state == BackupState.RUNNING, Backup.started_at < now - RUNNING_AT_MOST)
        .values(state=BackupState.FAILED, failure=BackupFailure.STOPPED, finished_at=now)
    )


def begin(session: Session, backup_id: int, *, now: datetime) -> bool:
    """Take a backup that waits; False if another worker took it."""
    query = select(Backup).where(Backup.id == backup_id).with_for_update(skip_locked=True)
    backup = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if backup is None or backup.state is not BackupState.ASKED:
        return False
    backup.state, backup.started_at = BackupState.RUNNING, now
    return True


def note_made(
    session: Session, backup_id: int, *, filename: str, size: int, sha256: str, now: datetime
) -> None:
    """Note where a backup lies, how large it is and its hash."""
    backup = session.get_one(Backup, backup_id)
    backup.state, backup.finished_at = BackupState.MADE, now
    backup.filename, backup.bytes, backup.sha256 = filename, size, sha256


def note_failed(session: Session, backup_id: int, *, failure: BackupFailure, now: datetime) -> None:
    """Note why a backup could not be made."""
    backup = session.get_one(Backup, backup_id)
    backup.state, backup.failure, backup.finished_at = BackupState.FAILED, failure, now


def beyond(session: Session, kept: int) -> Sequence[Backup]:
    """The backups whose files are deleted: all but the newest `kept`; marked as removed."""
    query = select(Backup).where(Backup.state == BackupState.MADE).order_by(Backup.id.desc())
    old = session.scalars(query.offset(kept)).all()
    for backup in old:
        backup.state = BackupState.REMOVED
    return old
