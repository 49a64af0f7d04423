"""Channels by which a message reaches somebody; at present mail is the only one.

This is the extension point for others, such as text messages: a class with the methods of
`MessageChannel`, added to `CHANNELS`. Whoever is reached by none is handed a link instead.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from flask import render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from booking import i18n, jobs
from booking.calendars.engine.mime import invitation
from booking.db import after_commit
from booking.notifications.engine.kinds import kind_of
from booking.notifications.mail_queue import message_id, shortened, store
from booking.settings import mail_server


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is to be reached, with or without an account."""

    name: str
    email: str | None = None
    phone: str | None = None
    """A number in the form of E.164."""
    language: str | None = None
    """None: the installation's first language."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told: a folder in templates/email, and the values of its templates."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)


class MessageChannel(Protocol):
    """A way to send a notice to one person, in the caller's transaction."""

    def reaches(self, addressee: Addressee) -> bool:
        """Whether this person can be reached by it."""

    def send(self, session: Session, addressee: Addressee, notice: Notice, now: datetime) -> None:
        """Queue the notice; it goes out after the commit."""


class Mail:
    """Mail to people who have an address."""

    def reaches(self, addressee: Addressee) -> bool:
        """Whether there is an address."""
        return addressee.email is not None

    def send(self, session: Session, addressee: Addressee, notice: Notice, now: datetime) -> None:
        """Queue the mail, in the person's language."""
        assert addressee.email is not None
        folder, seen = f"email/{notice.template}", {**notice.values, "addressee": addressee}
        with force_locale(addressee.language or i18n.languages()[0]):
            subject = render_template(f"{folder}/subject.txt", **seen).strip()
            text = render_template(f"{folder}/body.txt", **seen).strip()
            mail = invitation(
                sender=mail_server.sender(),
                sender_name=i18n.site_name(),
                to=addressee.email,
                to_name=addressee.name,
                subject=shortened(subject),
                text=f"{subject}\n\n{text}\n",
                html=render_template(f"{folder}/body.html", headline=subject, **seen),
                calendar=None,
                method=None,
                message_id=message_id(0, secrets.token_hex(16)),
                date=now,
            )
        kind = kind_of(notice.template)
        store(session, mail, recipient=addressee.email, event_id=None, kind=kind, now=now)
        after_commit(session, "wake", jobs.wake)


CHANNELS: tuple[MessageChannel, ...] = (Mail(),)
"""The channels in the order in which they are tried."""


def reached(addressee: Addressee) -> bool:
    """Whether any channel reaches this person."""
    return any(channel.reaches(addressee) for channel in CHANNELS)


def send(session: Session, addressee: Addressee, notice: Notice, *, now: datetime) -> bool:
    """Send a notice by the first channel that reaches the person; returns whether there is one."""
    for channel in CHANNELS:
        if channel.reaches(addressee):
            channel.send(session, addressee, notice, now)
            return True
    return False
