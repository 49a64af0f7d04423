"""Mails about requests for a contact, and messages that are passed on.

No mail holds an address or number of the other side: a message is answered on the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

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
from booking.sentences import N_, Sentence


class ContactLetter(NamedTuple):
    """What a mail about contacts says: its subject, its paragraphs, the words of its link."""

    subject: Sentence
    lines: tuple[Sentence, ...]
    link: Sentence
    quote: str = ""
    """A message that is passed on, as it was typed."""


def subscribe(handlers: Handlers) -> None:
    """Register the handlers."""
    handlers.register(CONTACT_REQUEST_CHANGED, tell_of_request)
    handlers.register(MESSAGE_SENT, pass_on)


def tell_of_request(
    session: Session, event: ContactRequestEvent, /, *, event_id: int, now: datetime
) -> None:
    """Queue the mails about one step of a request, one for each address."""
    told: set[int] = set()
    for user, letter in _letters(session, event):
        if user.id in told or user.id == event.by_user_id:
            continue
        told.add(user.id)
        path = f"/contact-requests/{event.request_id}"
        _queue(session, user, letter, path, event_id=event_id, at=event.at, now=now)


def pass_on(session: Session, event: MessageSent, /, *, event_id: int, now: datetime) -> None:
    """Queue the mails with a message to the other side of its thread."""
    message = session.get(RelayedMessage, event.message_id)
    thread = session.get(MessageThread, event.thread_id)
    if message is None or thread is None:
        return
    by_branch = message.side is ThreadSide.BRANCH
    sender = thread.organisation.name if by_branch else thread.instructor.name
    values: dict[str, object] = {"name": sender, "number": thread.reference}
    letter = ContactLetter(
        N_("Message from %(name)s about %(number)s", **values),
        (N_("%(name)s writes to you about %(number)s:", **values),),
        N_("Answer on the site: your address is not passed on"),
        message.text,
    )
    users = (
        users_of_instructor(session, thread.instructor_id)
        if by_branch
        else users_of_organisation(session, thread.organisation_id)
    )
    for user in users:
        path = f"/messages/{thread.id}"
        _queue(session, user, letter, path, event_id=event_id, at=event.at, now=now)


def _queue(
    session: Session,
    user: User,
    letter: ContactLetter,
    path: str,
    *,
    event_id: int,
    at: datetime,
    now: datetime,
) -> None:
    queue_mail(
        session,
        template="contact",
        recipient=user,
        values={"letter": letter, "url": f"{current_app.config['BASE_URL']}{path}"},
        event_id=event_id,
        at=at,
        now=now,
    )


def _letters(session: Session, event: ContactRequestEvent) -> Iterator[tuple[User, ContactLetter]]:
    people = users_of_instructor(session, event.instructor_id)
    if event.command is ContactCommand.ASK:
        # The coordinators answer where the person reads no mail.
        for user in people or coordinators_of(session, event.region_code):
            yield user, _to_answer(event)
        return
    letter = _LETTERS.get(event.command)
    if letter is None:
        return
    for user in users_of_organisation(session, event.organisation_id):
        yield user, letter(event)
    if event.command is ContactCommand.GRANT and event.by_coordinator:
        for user in people:
            yield user, _granted_for_you(event)


_OPEN = N_("Open the request")


def _to_answer(event: ContactRequestEvent) -> ContactLetter:
    values: dict[str, object] = {"name": event.instructor, "branch": event.organisation}
    return ContactLetter(
        N_("%(branch)s asks for the contact of %(name)s", **values),
        (
            N_("%(branch)s asks for the contact of %(name)s.", **values),
            N_("Reason: %(reason)s", reason=event.reason),
            N_("You can grant it for some days, decline, or send a message instead."),
        ),
        _OPEN,
    )


def _granted(event: ContactRequestEvent) -> ContactLetter:
    return ContactLetter(
        N_("The contact of %(name)s was granted", name=event.instructor),
        (
            N_("The contact of %(name)s was granted to your branch.", name=event.instructor),
            N_("It can be shown on the site until %(until)s; each look is recorded.",
               until=event.until),
        ),
        _OPEN,
    )  # fmt: skip


def _granted_for_you(event: ContactRequestEvent) -> ContactLetter:
    values: dict[str, object] = {"branch": event.organisation, "until": event.until}
    return ContactLetter(
        N_("Your contact was granted to %(branch)s", branch=event.organisation),
        (
            N_(
                "Your coordinator has granted your contact to %(branch)s until %(until)s.",
                **values,
            ),
            N_("Reason: %(reason)s", reason=event.reason or "—"),
            N_("You can revoke it at any time."),
        ),
        _OPEN,
    )


def _declined(event: ContactRequestEvent) -> ContactLetter:
    return ContactLetter(
        N_("The contact of %(name)s was not granted", name=event.instructor),
        (
            N_("The contact of %(name)s was not granted.", name=event.instructor),
            N_("Reason: %(reason)s", reason=event.reason),
        ),
        _OPEN,
    )


def _revoked(event: ContactRequestEvent) -> ContactLetter:
    return ContactLetter(
        N_("The contact of %(name)s is no longer granted", name=event.instructor),
        (N_("The grant of the contact of %(name)s was revoked.", name=event.instructor),),
        _OPEN,
    )


def _expired(event: ContactRequestEvent) -> ContactLetter:
    asked = event.source is ContactRequestState.ASKED
    return ContactLetter(
        N_("The request for the contact of %(name)s is over", name=event.instructor),
        (
            N_("Nobody answered your request for the contact of %(name)s in time.",
               name=event.instructor)
            if asked
            else N_("The grant of the contact of %(name)s is over.", name=event.instructor),
        ),
        _OPEN,
    )  # fmt: skip


_LETTERS = {
    ContactCommand.GRANT: _granted,
    ContactCommand.DECLINE: _declined,
    ContactCommand.REVOKE: _revoked,
    ContactCommand.EXPIRE: _expired,
}
