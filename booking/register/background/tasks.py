"""Background job: large imports, one after the other."""

from __future__ import annotations

import logging
from datetime import datetime

from booking import audit, clock
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.errors import DomainError, Forbidden
from booking.jobs import Jobs
from booking.register import drafts
from booking.register.background import queue as imports
from booking.register.background.search_texts import SearchTexts, planned_texts
from booking.register.models import DraftFailure, ImportDraft
from booking.register.service import RosterHasErrors

logger = logging.getLogger(__name__)

STEP = 250
"""After so many people the progress is stored."""


def schedule(jobs: Jobs) -> None:
    """Register the job: imports when one waits, and each minute."""
    jobs.when_woken("register.import_waiting", import_waiting)


def import_waiting(now: datetime) -> int:
    """Give up lost imports, then import what waits; returns how many previews were taken."""
    with unit_of_work() as session:
        imports.fail_lost(session, now=now)
    taken = 0
    while (draft_id := imports.waiting_draft(db.session())) is not None:
        with unit_of_work() as session:
            if not imports.take(session, draft_id, now=clock.now()):
                break
        _import(draft_id)
        taken += 1
    return taken


def _import(draft_id: int) -> None:
    """Import one draft: search texts first, so that the write transaction is short."""
    try:
        texts = SearchTexts()
        for done, one in enumerate(planned_texts(db.session(), draft_id), 1):
            texts.compute(*one)
            if done % STEP == 0:
                with unit_of_work() as session:
                    imports.progress(session, draft_id, done, now=clock.now())
        with unit_of_work() as session:
            draft = session.get(ImportDraft, draft_id, with_for_update=True)
            if draft is None:
                return
            user = session.get_one(User, draft.user_id)
            if not user.active:
                raise Forbidden()
            drafts.import_draft(
                session,
                draft=draft,
                actor=user.actor(),
                now=clock.now(),
                skip_invalid=draft.skip_invalid,
                texts=texts,
                by=audit.By(user.id, user.actor().label),
            )
    except RosterHasErrors:
        _fail(draft_id, DraftFailure.ROWS)
    except DomainError:
        _fail(draft_id, DraftFailure.REFUSED)
    except Exception:
        logger.exception("the import of preview %s failed", draft_id)
        _fail(draft_id, DraftFailure.BROKEN)


def _fail(draft_id: int, failure: DraftFailure) -> None:
    with unit_of_work() as session:
        imports.fail(session, draft_id, failure)
