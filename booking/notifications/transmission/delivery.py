"""Sends what is queued: mail by SMTP, or as .eml files where no server is configured; texts.

Each channel has a transport of its own, and a round of its own: one that cannot be used holds up no
other.

A delivery is claimed with a lease (`claims`), sent outside any transaction, then marked. After a
crash in between the lease expires and the mail is sent again with the same Message-ID: at-least-
once delivery. A failure counts against one mail; only an unusable server ends the round, and then
no attempt is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from flask import current_app

from booking import clock
from booking.db import db, unit_of_work
from booking.notifications import password_resets
from booking.notifications.engine.outcomes import Final, Unusable
from booking.notifications.texts import codes
from booking.notifications.texts.content import TEXT
from booking.notifications.texts.sender import TextTransport
from booking.notifications.texts.services.outcomes import code_of
from booking.notifications.transmission import claims
from booking.notifications.transmission.transports import (
    FileTransport,
    NoTransport,
    SmtpTransport,
    Transport,
)
from booking.outbox import rounds
from booking.settings import mail_server

logger = logging.getLogger(__name__)

MAIL = "mail"
"""The channel of mails."""

MOST_BREAKS = 3
"""Consecutive broken connections after which the rest waits for the next round."""


def mail_folder() -> Path:
    """The folder of .eml files, for an installation without a mail server."""
    return Path(current_app.instance_path) / "mail"


@contextmanager
def transport() -> Iterator[Transport]:
    """The configured transport for one round; closed at the end."""
    url = mail_server.smtp_url()
    mail_transport: Transport
    if url is not None:
        mail_transport = SmtpTransport(url)
    elif current_app.config["PRODUCTION"]:
        # Mail waits until an administrator has named a server.
        mail_transport = NoTransport()
    else:
        mail_transport = FileTransport(mail_folder())
    try:
        yield mail_transport
    finally:
        mail_transport.close()


@contextmanager
def text_transport() -> Iterator[Transport]:
    """The transport of text messages for one round."""
    yield TextTransport(clock.now)


TRANSPORTS: dict[str, Callable[[], AbstractContextManager[Transport]]] = {
    MAIL: transport,
    TEXT: text_transport,
}
"""What sends the deliveries of each channel, in the order of the rounds."""


def deliver(now: datetime) -> int:
    """Handle waiting events and send what is due; returns the number of messages sent."""
    password_resets.write_mails(now)
    codes.write_texts(now)
    rounds.handle_waiting(now)
    sent = 0
    for channel, opened in TRANSPORTS.items():
        with opened() as channel_transport:
            sent += _send_waiting(channel_transport, channel)
    return sent


def _send_waiting(used: Transport, channel: str) -> int:
    sent = breaks = 0
    try:
        while breaks < MOST_BREAKS and (claimed := _claim(used, channel)) is not None:
            if _send(used, claimed):
                sent, breaks = sent + 1, 0
            else:
                breaks = 0 if used.is_open else breaks + 1
    except Unusable as error:
        logger.warning(
            "%s waits for the next round: the %s server cannot be used (%s)",
            channel, channel, error,
        )  # fmt: skip
    if breaks >= MOST_BREAKS:
        logger.warning("mail waits for the next round: the mail server broke off %s times", breaks)
    return sent


def _claim(used: Transport, channel: str) -> claims.Claim | None:
    """The next claim, or None; raises `Unusable` before claiming if nothing can be sent."""
    if not used.is_open:
        waiting = claims.waits(db.session(), channel=channel, now=clock.now())
        db.session.rollback()
        if not waiting:
            return None
        used.open()
    while True:
        with unit_of_work() as session:
            claimed = claims.claim(session, channel=channel, now=clock.now())
        if not isinstance(claimed, claims.Passed):
            return claimed


def _send(mail_transport: Transport, claimed: claims.Claim) -> bool:
    """Send one mail and record the outcome; on `Unusable` releases the claim and raises."""
    sender = mail_server.sender()
    try:
        mail_transport.hand_over(claimed.id, sender, claimed.recipient, claimed.message)
    except Unusable:
        with unit_of_work() as session:
            claims.release(session, claimed, now=clock.now())
        raise
    except Exception as error:
        # Any other error concerns this message alone. Its text may contain addresses: log its type,
        # or the code that a service gave.
        kind = code_of(error)
        final = isinstance(error, Final) or claimed.attempts >= getattr(
            error, "most_attempts", claimed.attempts + 1
        )
        logger.warning("delivery %s failed (%s)", claimed.id, kind)
        with unit_of_work() as session:
            claims.note_failure(
                session,
                claimed,
                error=kind,
                broke_off=not mail_transport.is_open,
                now=clock.now(),
                final=final,
            )
        return False
    with unit_of_work() as session:
        claims.note_sent(session, claimed, now=clock.now())
    return True
