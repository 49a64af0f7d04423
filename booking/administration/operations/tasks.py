"""Background job: makes the backups that were asked for, and removes the oldest files."""

from __future__ import annotations

import logging
import subprocess  # For its exception only.  # nosec B404
from datetime import datetime

from booking import clock
from booking.administration.operations import backups, queries, service
from booking.administration.operations.backups import CannotBackUp
from booking.administration.operations.models import BackupFailure
from booking.db import db, unit_of_work
from booking.jobs import Jobs

logger = logging.getLogger(__name__)

KEPT = 7
"""Backups that are kept."""


def schedule(jobs: Jobs) -> None:
    """Register the job: when a backup was asked for, and each minute; mail goes on meanwhile."""
    jobs.when_woken("operations.make_backups", make_backups, apart=True)


def make_backups(now: datetime) -> int:
    """Make the backups that wait; returns how many. No transaction is open while one is made."""
    made = 0
    while (backup_id := queries.waiting_backup(db.session())) is not None:
        with unit_of_work() as session:
            taken = service.begin(session, backup_id, now=now)
        if not taken:
            break
        made += _make(backup_id)
    return made


def _make(backup_id: int) -> bool:
    db.session.rollback()
    failure = BackupFailure.OTHER
    try:
        path = backups.make(clock.now())
        sha256, size = backups.sha256_of(path), path.stat().st_size
    except CannotBackUp as error:
        failure = error.failure
        logger.warning("backup %s could not be made: %s", backup_id, failure.value)
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("backup %s could not be made (%s)", backup_id, type(error).__name__)
    else:
        with unit_of_work() as session:
            service.note_made(
                session, backup_id, filename=path.name, size=size, sha256=sha256, now=clock.now()
            )
            names = [old.filename for old in service.beyond(session, KEPT) if old.filename]
        for name in names:
            (backups.folder() / name).unlink(missing_ok=True)
        return True
    with unit_of_work() as session:
        service.note_failed(session, backup_id, failure=failure, now=clock.now())
    return False
