"""The mail that asks a branch to look at a lecture whose day the instructor has closed."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.accounts.service import coordinators_of, users_of_organisation
from booking.lectures.closed_days.engine.events import DAY_CLOSED, DayClosed
from booking.lectures.closed_days.queries import PROMISED
from booking.lectures.models import Lecture
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Register the handler of closed days."""
    handlers.register(DAY_CLOSED, write_mails)


def write_mails(session: Session, event: DayClosed, /, *, event_id: int, now: datetime) -> None:
    """Queue the mail to the contacts of the branch, unless the lecture no longer stands so."""
    lecture = session.get(Lecture, event.lecture_id)
    if lecture is None or lecture.state not in PROMISED or lecture.starts_at != event.starts_at:
        return
    for user in _readers(session, lecture):
        delivery = queue_mail(
            session,
            template="day_closed",
            recipient=user,
            values={
                "event": event,
                "url": f"{current_app.config['BASE_URL']}/lectures/{event.number}",
            },
            event_id=event_id,
            at=event.at,
            now=now,
        )
        if delivery is not None:
            delivery.lecture_id, delivery.sequence = lecture.id, lecture.sequence


def _readers(session: Session, lecture: Lecture) -> list[User]:
    """The contacts of the branch; the coordinators of its region where it has no account."""
    contacts = users_of_organisation(session, lecture.organisation_id)
    return contacts or coordinators_of(session, lecture.organisation.region_code)
