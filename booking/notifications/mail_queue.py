"""Queues mails: renders one in its reader's language, and stores it as a delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import User
from booking.calendars.engine.mime import invitation
from booking.crypto import fingerprint
from booking.notifications.choices import service as choices
from booking.notifications.choices.engine.ways import MessageWay
from booking.notifications.engine.kinds import MessageKind, kind_of
from booking.notifications.models import Delivery
from booking.settings import mail_server
from booking.text import one_line

LONGEST_SUBJECT = 60

_EMPTY_LINES = re.compile(r"\n\s*\n+")


class CalendarPart(NamedTuple):
    """The calendar in a mail, and its iTIP method (RFC 5546)."""

    content: bytes
    method: str


def address_of(user: User) -> str:
    """The mail address of somebody whom mail reaches, which all recipients of mail are."""
    assert user.email is not None
    return user.email


class Wording(NamedTuple):
    """A mail in words; the subject is not shortened yet."""

    subject: str
    text: str
    html: str


@contextmanager
def language_of(user: User) -> Iterator[None]:
    """Translate into the language of a user, by default the installation's first one."""
    with force_locale(user.language or i18n.languages()[0]):
        yield


def queue_mail(
    session: Session,
    *,
    template: str,
    recipient: User,
    values: Mapping[str, object],
    event_id: int,
    at: datetime,
    now: datetime,
    calendar: CalendarPart | None = None,
    urgent: bool = False,
) -> Delivery | None:
    """Queue the mail to one recipient about an event, in the transaction of the event's handler.

    None if the recipient has turned off the messages of this kind, and it is not `urgent`. A mail
    that can wait goes out after the recipient's quiet hours.

    `template` names a folder in templates/email with `subject.txt`, `body.txt` and `body.html`.
    They see `values` and the recipient as `user`; the subject is also the first line of the text,
    and `headline` in HTML, because what follows begins with the facts. `at` is the
    instant of the event and the Date of the mail. The database allows one mail of an event to
    each recipient.
    """
    kind = MessageKind.CALENDAR if calendar is not None else kind_of(template)
    chosen = choices.ways(session, recipient, kind, urgent=urgent)
    if calendar is None and not chosen.by_mail:
        return None
    address = address_of(recipient)
    sender = mail_server.sender()
    can_stop = not urgent and "unsubscribe_url" not in values
    stop_url = choices.unsubscribe_url(recipient, kind) if can_stop else None
    with language_of(recipient):
        words = wording(template, {**values, "user": recipient, "stop_url": stop_url})
        mail = invitation(
            sender=sender,
            sender_name=i18n.site_name(),
            to=address,
            to_name=recipient.name,
            subject=shortened(words.subject),
            text=words.text,
            html=words.html,
            calendar=None if calendar is None else calendar.content,
            method=None if calendar is None else calendar.method,
            message_id=message_id(event_id, address),
            date=at,
            headers={} if urgent else choices.unsubscribe_headers(recipient, kind),
        )
    not_before = choices.send_at(session, recipient, MessageWay.MAIL, kind, urgent=urgent, now=now)
    delivery = store(
        session,
        mail,
        recipient=address,
        event_id=event_id,
        kind=kind,
        now=now,
        # Two threads handle events at once, each with an instant of its own: mails that may go are
        # due in the order of their events.
        not_before=not_before if not_before > now else min(at, now),
    )
    delivery.user_id = recipient.id
    return delivery


def wording(template: str, values: Mapping[str, object]) -> Wording:
    """A folder of templates/email with values, in the current language (see `queue_mail`).

    At the end of a mail that can be turned off stands the link `stop_url`, which does it.
    """
    folder = f"email/{template}"
    subject = render_template(f"{folder}/subject.txt", **values).strip()
    text = _collapse_empty_lines(render_template(f"{folder}/body.txt", **values))
    if values.get("stop_url"):
        words = _("No more mails of this kind:")
        text += f"\n{words} {values['stop_url']}\n"
    html = render_template(f"{folder}/body.html", headline=subject, **values)
    return Wording(subject, f"{subject}\n\n{text}", html)


def store(
    session: Session,
    mail: EmailMessage,
    *,
    recipient: str,
    event_id: int | None,
    kind: MessageKind,
    now: datetime,
    not_before: datetime | None = None,
) -> Delivery:
    """Store a mail as a delivery that is due now, or at a later instant."""
    delivery = Delivery(
        event_id=event_id,
        recipient=recipient,
        kind=kind,
        message_id=str(mail["Message-ID"]),
        subject=str(mail["Subject"])[:255],
        message=mail.as_bytes(policy=SMTP),
        created_at=now,
        next_try_at=not_before or now,
    )
    session.add(delivery)
    return delivery


def message_id(event_id: int, mail: str) -> str:
    """A Message-ID for one mail of an event; it stays, so that clients drop duplicates.

    Nobody but the recipient can know it: who names it in an answer has received the mail.
    """
    secret = current_app.config["SECRET_KEY"]
    digest = fingerprint(secret, f"{event_id} {mail}", purpose="Message-ID")[:32]
    domain = mail_server.sender().partition("@")[2]
    return f"<event-{event_id}-{digest}@{domain}>"


def shortened(subject: str) -> str:
    """A subject that lists of mails can show: one line of at most `LONGEST_SUBJECT` characters."""
    line = one_line(subject)
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1].rstrip()}…"


def _collapse_empty_lines(text: str) -> str:
    """`text` with runs of empty lines, which template conditions leave, collapsed to one."""
    return _EMPTY_LINES.sub("\n\n", text).strip() + "\n"
