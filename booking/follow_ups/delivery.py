"""The mail that asks a branch what a lecture has changed."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.service import users_of_organisation
from booking.follow_ups import queries
from booking.follow_ups.engine.events import FOLLOW_UP_ASKED, FollowUpAsked
from booking.follow_ups.models import FollowUp
from booking.notifications.choices import service as choices
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Register the handler."""
    handlers.register(FOLLOW_UP_ASKED, write_mails)


def write_mails(session: Session, event: FollowUpAsked, /, *, event_id: int, now: datetime) -> None:
    """Queue the mail to the contacts of the branch, unless it was answered or is over."""
    follow_up = session.get(FollowUp, event.follow_up_id)
    if follow_up is None or follow_up.answered_at is not None:
        return
    lecture = follow_up.lecture
    if not queries.is_open(follow_up, lecture, now):
        return
    base = current_app.config["BASE_URL"]
    for user in users_of_organisation(session, lecture.organisation_id):
        queue_mail(
            session,
            template="follow_up",
            recipient=user,
            values={
                "event": event,
                "url": f"{base}/lectures/{lecture.number}/effect/{event.stage.value}",
                "unsubscribe_url": choices.unsubscribe_url(user, MessageKind.FOLLOW_UP),
            },
            event_id=event_id,
            at=event.at,
            now=now,
        )
