"""The mail that asks an instructor to teach in a neighbouring region as well."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.service import users_of_instructor
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers
from booking.recruiting.engine.events import WIDER_AREA_ASKED, WiderAreaAsked


def subscribe(handlers: Handlers) -> None:
    """Register the handler."""
    handlers.register(WIDER_AREA_ASKED, write_mails)


def write_mails(
    session: Session, event: WiderAreaAsked, /, *, event_id: int, now: datetime
) -> None:
    """Queue the mail to the person."""
    for user in users_of_instructor(session, event.instructor_id):
        queue_mail(
            session,
            template="wider_area",
            recipient=user,
            values={
                "event": event,
                "url": f"{current_app.config['BASE_URL']}/entries/{event.instructor_id}",
            },
            event_id=event_id,
            at=event.at,
            now=now,
        )
