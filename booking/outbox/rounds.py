"""One round of the worker: every waiting event is handled, each in its own transaction."""

from __future__ import annotations

import logging
from datetime import datetime

from booking.db import db, unit_of_work
from booking.json_values import Unreadable
from booking.outbox import handlers, service

logger = logging.getLogger(__name__)


def handle_waiting(now: datetime) -> None:
    """Handle the waiting events, oldest first; none that fails holds up the others."""
    registered = handlers.connected()
    for event in service.waiting(db.session()):
        obstacle = registered.obstacle(event.kind, event.version)
        if obstacle is None:
            _handle(registered, event.id, now)
        elif obstacle != event.last_error:  # Logged once, not in each round.
            logger.error("event %s waits: %s", event.id, obstacle)
            with unit_of_work() as session:
                service.note_obstacle(session, event_id=event.id, obstacle=obstacle)


def _handle(registered: handlers.Handlers, event_id: int, now: datetime) -> None:
    try:
        with unit_of_work() as session:
            service.handle(session, registered, event_id=event_id, now=now)
    except Exception as error:
        logger.exception("event %s cannot be handled", event_id)
        # Other texts may hold personal data.
        detail = f": {error}" if isinstance(error, Unreadable) else ""
        with unit_of_work() as session:
            service.note_failure(
                session, event_id=event_id, error=f"{type(error).__name__}{detail}"
            )
