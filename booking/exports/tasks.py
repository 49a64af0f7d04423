"""Background jobs: files are made one after the other, and deleted after a day."""

from __future__ import annotations

import logging
from datetime import datetime

from flask_babel import force_locale

from booking import audit, clock
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.errors import DomainError, Forbidden
from booking.exports import queries, service
from booking.exports.kinds import Asked, kind_of
from booking.exports.models import ExportFile, ExportState
from booking.jobs import Jobs

logger = logging.getLogger(__name__)


def schedule(jobs: Jobs) -> None:
    """Register the job: files when one waits, and each minute."""
    jobs.when_woken("exports.make_waiting", make_waiting)


def make_waiting(now: datetime) -> int:
    """Give up lost files, then make what waits; returns how many were taken."""
    with unit_of_work() as session:
        service.fail_lost(session, now=now)
    taken = 0
    while (file_id := queries.waiting_file(db.session())) is not None:
        with unit_of_work() as session:
            if not service.take(session, file_id, now=clock.now()):
                break
        _make(file_id)
        taken += 1
    return taken


def _make(file_id: int) -> None:
    try:
        session = db.session()
        file = session.get(ExportFile, file_id)
        if file is None:
            return
        user = session.get_one(User, file.user_id)
        if not user.active:
            raise Forbidden()
        who = user.actor()
        asked = Asked(
            who, audit.By(user.id, who.label), dict(file.choice), file.filename, clock.now()
        )
        kind, language = kind_of(file.kind), file.language
        session.rollback()
        with force_locale(language):
            content = kind.make(session, asked, lambda done: _progress(file_id, done))
        with unit_of_work() as writing:
            service.finish(writing, file_id, content, now=clock.now())
    except DomainError:
        _end(file_id, ExportState.REFUSED)
    except Exception:
        logger.exception("the file %s could not be made", file_id)
        _end(file_id, ExportState.FAILED)


def _progress(file_id: int, done: int) -> None:
    with unit_of_work() as session:
        service.progress(session, file_id, done, now=clock.now())


def _end(file_id: int, state: ExportState) -> None:
    with unit_of_work() as session:
        service.end(session, file_id, state)
