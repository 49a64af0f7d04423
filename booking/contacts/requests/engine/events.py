"""Events of requests for a contact. Pure. An event never contains a contact value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.contacts.requests.engine.lifecycle import ContactCommand, ContactRequestState
from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class ContactRequestEvent:
    """One step of a request, with what a mail says of it. Instants are aware UTC."""

    at: datetime
    request_id: int
    number: str
    command: ContactCommand
    source: ContactRequestState | None
    """Before the step; None: it was asked."""
    by_user_id: int | None
    """Who caused it: nobody is told of the own action."""
    by_coordinator: bool
    instructor_id: int
    organisation_id: int
    region_code: str
    """Of the person: whose coordinators are told."""
    instructor: str
    organisation: str
    asker: str
    reason: str
    """Why the branch asks, or why it was declined."""
    until: datetime | None = None
    """Of a grant: the first instant at which it is over."""


CONTACT_REQUEST_CHANGED = OutboxKind("contact.request_changed", ContactRequestEvent)
