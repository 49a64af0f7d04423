"""Reads of background work and of backups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.administration.operations.engine.runs import is_late, next_run
from booking.administration.operations.models import Backup, BackupState, JobFailure, JobState
from booking.jobs import MINUTE_OF_HOUR, Scheduled
from booking.outbox.models import OutboxEvent
from booking.outbox.service import MOST_FAILURES

MOST_SHOWN = 50
FAILURES_EACH = 3
BACKUPS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job with its last run, its next one, and its newest failures."""

    name: str
    minutes: int
    state: JobState | None
    next_run: datetime
    late: bool
    failures: Sequence[JobFailure]


def jobs(session: Session, scheduled: Mapping[str, Scheduled], now: datetime) -> list[JobLine]:
    """All jobs in the order of their registration. Two queries."""
    states = {state.name: state for state in session.scalars(select(JobState))}
    failures: dict[str, list[JobFailure]] = defaultdict(list)
    for failure in session.scalars(select(JobFailure).order_by(JobFailure.id.desc())):
        if len(failures[failure.name]) < FAILURES_EACH:
            failures[failure.name].append(failure)
    return [
        JobLine(
            name,
            one.minutes,
            state := states.get(name),
            next_run(now, one.minutes, MINUTE_OF_HOUR),
            is_late(state.started_at if state else None, now, one.minutes),
            failures[name],
        )
        for name, one in scheduled.items()
    ]


def stuck_events(session: Session) -> Sequence[OutboxEvent]:
    """Events that could not be handled, the oldest first; the worker gives up some failures on."""
    query = select(OutboxEvent).where(
        OutboxEvent.handled_at.is_(None), OutboxEvent.last_error.is_not(None)
    )
    return session.scalars(query.order_by(OutboxEvent.id).limit(MOST_SHOWN)).all()


def is_given_up(event: OutboxEvent) -> bool:
    """Whether the worker no longer tries an event."""
    return event.attempts >= MOST_FAILURES


def backups(session: Session) -> Sequence[Backup]:
    """The newest backups, with those whose file is gone."""
    return session.scalars(select(Backup).order_by(Backup.id.desc()).limit(BACKUPS_SHOWN)).all()


def waiting_backup(session: Session) -> int | None:
    """The id of the oldest backup that was asked for and not begun."""
    query = select(Backup.id).where(Backup.state == BackupState.ASKED).order_by(Backup.id)
    return session.scalar(query.limit(1))


def is_under_way(session: Session) -> bool:
    """Whether a backup waits or is being made."""
    query = select(Backup.id).where(Backup.state.in_((BackupState.ASKED, BackupState.RUNNING)))
    return session.scalar(query.limit(1)) is not None
