"""Records the runs of background jobs. Bounded: one row for each job, and the newest failures.

A run that succeeds is written at most once a minute for each job, as each change of data wakes some
jobs: the record must not cost more than the job.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from booking.administration.operations.engine.runs import failure_line
from booking.administration.operations.models import JobFailure, JobState
from booking.db import outages, unit_of_work
from booking.errors import DomainError
from booking.jobs import job_ran

logger = logging.getLogger(__name__)

MOST_FAILURES = 200
"""Failures that are kept, of all jobs together."""

APART_SECONDS = 55.0
PATIENCE_SECONDS = 1.0
_KEY = "job_runs_written"


def subscribe(app: Flask) -> None:
    """Record the runs of this application's jobs."""
    app.extensions[_KEY] = {}
    job_ran.connect(_ran, app)


def _ran(
    _app: Flask,
    name: str,
    started_at: datetime,
    seconds: float,
    error: Exception | None,
    **_more: Any,
) -> None:
    written: dict[str, float] = current_app.extensions[_KEY]
    last = written.get(name)
    if error is None and last is not None and time.monotonic() - last < APART_SECONDS:
        return
    try:
        record(name, started_at=started_at, seconds=seconds, error=error)
    except (SQLAlchemyError, DomainError) as trouble:
        # The next run tells again; a job is not to fail because of its record.
        logger.warning("the run of %s is not recorded (%s)", name, type(trouble).__name__)
        return
    if error is None:
        written[name] = time.monotonic()
    else:
        written.pop(name, None)


def record(name: str, *, started_at: datetime, seconds: float, error: Exception | None) -> None:
    """Write one run in a transaction of its own."""
    milliseconds = min(round(seconds * 1000), 2**31 - 1)
    with unit_of_work(patience=PATIENCE_SECONDS) as session:
        state = session.get(JobState, name)
        if state is None:
            state = JobState(name=name, failures=0)
            session.add(state)
        state.started_at, state.milliseconds = started_at, milliseconds
        if error is None:
            state.failures, state.succeeded_at = 0, started_at
            return
        state.failures += 1
        told = outages.outage(error) or failure_line(error)
        session.add(
            JobFailure(name=name, at=started_at, milliseconds=milliseconds, error=told[:200])
        )
        session.flush()
        newest = select(func.max(JobFailure.id)).scalar_subquery()
        session.execute(delete(JobFailure).where(JobFailure.id <= newest - MOST_FAILURES))
