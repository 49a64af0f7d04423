"""The mail that reminds a branch of its evaluation."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.service import users_of_organisation
from booking.evaluations import queries
from booking.evaluations.engine import policy
from booking.evaluations.engine.events import EVALUATION_DUE, EvaluationDue
from booking.lectures.changes import Change, snapshot
from booking.lectures.engine.states import EventKind, Party
from booking.lectures.models import Lecture
from booking.notifications.choices import service as choices
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Register the handler."""
    handlers.register(EVALUATION_DUE, write_mails)


def write_mails(session: Session, event: EvaluationDue, /, *, event_id: int, now: datetime) -> None:
    """Queue the mails, unless the branch has evaluated since or can no longer do so."""
    lecture = session.get(Lecture, event.lecture_id)
    if lecture is None or not policy.branch_may(lecture.state, lecture.ends_at, now):
        return
    if queries.branch_evaluation(session, lecture.id) is not None:
        return
    base = current_app.config["BASE_URL"]
    change = Change(EventKind.DELIVERED, lecture.state, None, Party.SYSTEM, None, event.at)
    for user in users_of_organisation(session, lecture.organisation_id):
        delivery = queue_mail(
            session,
            template="evaluation",
            recipient=user,
            values={
                "event": snapshot(lecture, change),
                "until": lecture.ends_at + policy.BRANCH_WITHIN,
                "url": f"{base}/lectures/{lecture.number}/evaluation",
                "unsubscribe_url": choices.unsubscribe_url(user, MessageKind.EVALUATION),
            },
            event_id=event_id,
            at=event.at,
            now=now,
        )
        if delivery is not None:
            delivery.lecture_id, delivery.sequence = lecture.id, lecture.sequence
