"""The mail that tells a person what became of a change that they asked for."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.service import users_of_instructor
from booking.entries.reviews.engine.events import CHANGE_ANSWERED, ChangeAnswered
from booking.entries.words import PARTS
from booking.instructors.models import Instructor
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Register the handler."""
    handlers.register(CHANGE_ANSWERED, write_mails)


def write_mails(
    session: Session, event: ChangeAnswered, /, *, event_id: int, now: datetime
) -> None:
    """Queue the mail to each account of the entry but that of who decided."""
    if session.get(Instructor, event.instructor_id) is None:
        return
    for user in users_of_instructor(session, event.instructor_id):
        if user.id == event.by_user_id:
            continue
        queue_mail(
            session,
            template="entry_answered",
            recipient=user,
            values={"event": event, "part": PARTS[event.part], "url": _address(event)},
            event_id=event_id,
            at=event.at,
            now=now,
        )


def _address(event: ChangeAnswered) -> str:
    """The entry, where the person sees what it says and what was returned."""
    return f"{current_app.config['BASE_URL']}/entries/{event.instructor_id}"
