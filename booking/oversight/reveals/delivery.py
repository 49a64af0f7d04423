"""The mail to the administrators about unusual numbers of contacts."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers
from booking.oversight.reveals.engine.events import UNUSUAL_REVEALS, UnusualReveals


def subscribe(handlers: Handlers) -> None:
    """Register the handler."""
    handlers.register(UNUSUAL_REVEALS, write_mails)


def write_mails(
    session: Session, event: UnusualReveals, /, *, event_id: int, now: datetime
) -> None:
    """Queue one mail to each administrator whom mail reaches."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role == Role.ADMIN, User.active, User.email.is_not(None))
        .order_by(User.id)
    )
    for user in session.scalars(query).unique():
        queue_mail(
            session,
            template="unusual_reveals",
            recipient=user,
            values={
                "event": event,
                "url": f"{current_app.config['BASE_URL']}/contacts/shown",
            },
            event_id=event_id,
            at=event.at,
            now=now,
            # Nobody turns a warning off.
            urgent=True,
        )
