"""Turns a digest that is due into a mail; nothing is sent if nothing waits."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import User
from booking.notifications.choices import service as choices
from booking.notifications.digests.engine.events import DIGEST_DUE, DigestDue
from booking.notifications.digests.parts import Reader, waiting_lines
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Register the handler of digests."""
    handlers.register(DIGEST_DUE, write_mail)


def write_mail(session: Session, event: DigestDue, /, *, event_id: int, now: datetime) -> None:
    """Queue the digest of what waits now for one coordinator."""
    user = session.get(User, event.user_id)
    if user is None or not user.active or user.email is None:
        return
    actor = user.actor()
    if not choices.is_coordinator(actor):
        return
    lines = waiting_lines(session, Reader(actor, now, i18n.zone()))
    if not lines:
        return
    base = current_app.config["BASE_URL"]
    queue_mail(
        session,
        template="digest",
        recipient=user,
        values={
            "lines": lines,
            "day": i18n.local(event.at).date(),
            "base": base,
            "url": f"{base}/board",
            "choices_url": f"{base}/notifications",
            "unsubscribe_url": choices.unsubscribe_url(user, MessageKind.DIGEST),
        },
        event_id=event_id,
        at=event.at,
        now=now,
    )
