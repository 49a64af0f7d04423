"""Mails about nominations: to the reviewers, to who nominates, and to the person.

Somebody without an account is told at the address in the nomination, which the worker reads when it
writes the mail, with a link to the page that shows how it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.accounts.service import coordinators_of
from booking.nominations import words
from booking.nominations.engine import links
from booking.nominations.engine.application import Origin
from booking.nominations.engine.events import NOMINATION_OUTBOX_KINDS, NominationEvent
from booking.nominations.engine.lifecycle import NominationMail
from booking.nominations.models import Nomination
from booking.notifications.mail_queue import queue_mail
from booking.outbox.handlers import Handlers

FOR_PERSON = frozenset({NominationMail.SUBMITTED, NominationMail.TRIAL, NominationMail.ACCEPTED})
"""What the person is told of although somebody else nominates."""


class NominationLetter(NamedTuple):
    """One mail: its reader, what it says, and the path that it leads to; empty for none."""

    reader: User
    text: words.Letter
    path: str


def subscribe(handlers: Handlers) -> None:
    """Register the handler of the events of nominations."""
    for kind in NOMINATION_OUTBOX_KINDS.values():
        handlers.register(kind, write_mails)


def write_mails(
    session: Session, event: NominationEvent, /, *, event_id: int, now: datetime
) -> None:
    """Queue the mails about one event, one for each address."""
    told: set[str] = set()
    for letter in _letters(session, event):
        address = letter.reader.email
        if not address or address.lower() in told:
            continue
        told.add(address.lower())
        queue_mail(
            session,
            template="nomination",
            recipient=letter.reader,
            values={
                "letter": letter.text,
                "url": f"{current_app.config['BASE_URL']}{letter.path}" if letter.path else "",
            },
            event_id=event_id,
            at=event.at,
            now=now,
        )


def _letters(session: Session, event: NominationEvent) -> Iterator[NominationLetter]:
    nomination = session.get(Nomination, event.nomination_id)
    if nomination is None:
        return
    if event.kind is NominationMail.SUBMITTED:
        for user in coordinators_of(session, event.region_code):
            if user.id != event.by_user_id:
                yield NominationLetter(
                    user, words.to_review(event), f"/nominations/{event.nomination_id}"
                )
    nominator = session.get(User, nomination.user_id) if nomination.user_id is not None else None
    if nominator is not None and nominator.active and nominator.id != event.by_user_id:
        path = f"/nominations/own/{event.nomination_id}"
        yield NominationLetter(nominator, words.to_nominator(event), path)
    yield from _to_person(nomination, event, nominator is not None)


def _to_person(
    nomination: Nomination, event: NominationEvent, has_account: bool
) -> Iterator[NominationLetter]:
    own = event.origin is Origin.SELF
    if not nomination.email or (not own and event.kind not in FOR_PERSON):
        return
    if own and has_account and event.kind is NominationMail.SUBMITTED:
        return
    # A reader without an account, who is not added to the session.
    reader = User(
        email=nomination.email, name=nomination.name, language=nomination.language or None
    )
    link = own and not has_account
    secret = current_app.config["SECRET_KEY"]
    path = f"/nominations/link/{links.sign(nomination.id, secret)}" if link else ""
    yield NominationLetter(reader, words.to_person(event), path)
