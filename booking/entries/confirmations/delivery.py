"""The mail that asks a person whether the entry is still right."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.service import users_of_instructor
from booking.entries.confirmations.engine.events import ENTRY_STALE, EntryStale
from booking.instructors.models import Instructor
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Register the handler."""
    handlers.register(ENTRY_STALE, write_mails)


def write_mails(session: Session, event: EntryStale, /, *, event_id: int, now: datetime) -> None:
    """Queue the mail to the person, unless somebody has looked through the entry since."""
    instructor = session.get(Instructor, event.instructor_id)
    if instructor is None or (instructor.confirmed_at or event.seen_at) > event.seen_at:
        return
    for user in users_of_instructor(session, event.instructor_id):
        queue_mail(
            session,
            template="entry_stale",
            recipient=user,
            values={
                "event": event,
                "url": f"{current_app.config['BASE_URL']}/entries/{event.instructor_id}",
            },
            event_id=event_id,
            at=event.at,
            now=now,
        )
