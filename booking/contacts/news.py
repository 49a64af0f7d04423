"""What waits for somebody: requests for the own contact, requests of regions, unread messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.contacts.requests import queries as requests
from booking.contacts.threads import queries as threads


@dataclass(frozen=True, slots=True)
class ContactNews:
    """Numbers for the home page and the board."""

    for_me: int = 0
    """Requests for the own contact that wait."""
    in_region: int = 0
    """Requests that wait in the coordinated regions."""
    unread: int = 0
    """Threads with unread messages."""


def contact_news_of(session: Session, who: Actor, now: datetime) -> ContactNews:
    """What waits for an actor; nothing for who is not signed in."""
    if not who.signed_in:
        return ContactNews()
    coordinates = who.has(Role.COORDINATOR) or who.has(Role.ADMIN)
    return ContactNews(
        requests.waiting_for_person(session, who, now),
        requests.waiting_in_scope(session, who, now) if coordinates else 0,
        threads.unread_threads(session, who),
    )
