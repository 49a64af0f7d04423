"""Mails about requests for a contact, and messages that are passed on.

No mail holds an address or number of the other side: a message is answered on the site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.accounts.service import coordinators_of, users_of_instructor, users_of_organisation
from booking.contacts.requests.engine.events import CONTACT_REQUEST_CHANGED, ContactRequestEvent
from booking.contacts.requests.engine.lifecycle import ContactCommand, ContactRequestState
from booking.contacts.threads.engine.events import MESSAGE_SENT, MessageSent, ThreadSide
from booking.contacts.threads.models import MessageThread, RelayedMessage
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Register the handlers."""
    handlers.register(CONTACT_REQUEST_CHANGED, tell_of_request)
    handlers.register(MESSAGE_SENT, pass_on)


def tell_of_request(
    session: Session, event: ContactRequestEvent, /, *, event_id: int, now: datetime
) -> None:
    """Queue the mails about one step of a request, one for each address."""
    told: set[int] = set()
    values = {"event": event, "asked": event.source is ContactRequestState.ASKED}
    for user, template in _letters(session, event):
        if user.id in told or user.id == event.by_user_id:
            continue
        told.add(user.id)
        path = f"/contact-requests/{event.request_id}"
        _queue(session, user, template, values, path, event_id=event_id, at=event.at, now=now)


def pass_on(session: Session, event: MessageSent, /, *, event_id: int, now: datetime) -> None:
    """Queue the mails with a message to the other side of its thread."""
    message = session.get(RelayedMessage, event.message_id)
    thread = session.get(MessageThread, event.thread_id)
    if message is None or thread is None:
        return
    by_branch = message.side is ThreadSide.BRANCH
    values = {
        "sender": thread.organisation.name if by_branch else thread.instructor.name,
        "number": thread.reference,
        "text": message.text,
    }
    users = (
        users_of_instructor(session, thread.instructor_id)
        if by_branch
        else users_of_organisation(session, thread.organisation_id)
    )
    for user in users:
        path = f"/messages/{thread.id}"
        _queue(session, user, "message", values, path, event_id=event_id, at=event.at, now=now)


def _queue(
    session: Session,
    user: User,
    template: str,
    values: Mapping[str, object],
    path: str,
    *,
    event_id: int,
    at: datetime,
    now: datetime,
) -> None:
    queue_mail(
        session,
        template=template,
        recipient=user,
        values={**values, "url": f"{current_app.config['BASE_URL']}{path}"},
        event_id=event_id,
        at=at,
        now=now,
    )


def _letters(session: Session, event: ContactRequestEvent) -> Iterator[tuple[User, str]]:
    """Who is told, and the folder in templates/email."""
    people = users_of_instructor(session, event.instructor_id)
    if event.command is ContactCommand.ASK:
        # The coordinators answer where the person reads no mail.
        for user in people or coordinators_of(session, event.region_code):
            yield user, "contact_asked"
        return
    template = _TEMPLATES.get(event.command)
    if template is None:
        return
    for user in users_of_organisation(session, event.organisation_id):
        yield user, template
    if event.command is ContactCommand.GRANT and event.by_coordinator:
        for user in people:
            yield user, "contact_granted_for_you"


_TEMPLATES = {
    ContactCommand.GRANT: "contact_granted",
    ContactCommand.DECLINE: "contact_declined",
    ContactCommand.REVOKE: "contact_revoked",
    ContactCommand.EXPIRE: "contact_expired",
}
