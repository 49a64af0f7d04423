"""Sends mail: by SMTP, or as .eml files where no server is configured.

A delivery is claimed with a lease (`claims`), sent outside any transaction, then marked. After a
crash in between the lease expires and the mail is sent again with the same Message-ID: at-least-
once delivery. A failure counts against one mail; only an unusable server ends the round, and then
no attempt is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import current_app

from booking import clock
from booking.db import db, unit_of_work
from booking.notifications import password_resets
from booking.notifications.transmission import claims
from booking.notifications.transmission.transports import (
    FileTransport,
    NoTransport,
    SmtpTransport,
    Transport,
    Unusable,
)
from booking.outbox import rounds
from booking.settings import mail_server

logger = logging.getLogger(__name__)

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


def deliver(now: datetime) -> int:
    """Handle waiting events and send due mail; returns the number of mails sent."""
    password_resets.write_mails(now)
    rounds.handle_waiting(now)
    with transport() as mail_transport:
        return _send_waiting(mail_transport)


def _send_waiting(mail_transport: Transport) -> int:
    sent = breaks = 0
    try:
        while breaks < MOST_BREAKS and (claimed := _claim(mail_transport)) is not None:
            if _send(mail_transport, claimed):
                sent, breaks = sent + 1, 0
            else:
                breaks = 0 if mail_transport.is_open else breaks + 1
    except Unusable as error:
        logger.warning("mail waits for the next round: the mail server cannot be used (%s)", error)
    if breaks >= MOST_BREAKS:
        logger.warning("mail waits for the next round: the mail server broke off %s times", breaks)
    return sent


def _claim(mail_transport: Transport) -> claims.Claim | None:
    """The next claim, or None; raises `Unusable` before claiming if no mail can be sent."""
    if not mail_transport.is_open:
        waiting = claims.waits(db.session(), now=clock.now())
        db.session.rollback()
        if not waiting:
            return None
        mail_transport.open()
    while True:
        with unit_of_work() as session:
            claimed = claims.claim(session, now=clock.now())
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
        # Any other error concerns this mail alone. Its text may contain addresses: log its type.
        kind = type(error).__name__
        logger.warning("delivery %s failed (%s)", claimed.id, kind)
        with unit_of_work() as session:
            claims.note_failure(
                session, claimed, error=kind, broke_off=not mail_transport.is_open, now=clock.now()
            )
        return False
    with unit_of_work() as session:
        claims.note_sent(session, claimed, now=clock.now())
    return True
