"""Sends deliveries, one channel after the other: mail first, by SMTP or as .eml files.

The other channels are connected in `routes`; a failure of one leaves the others alone. A delivery
is claimed with a lease (`claims`), sent outside any transaction, then marked. After a crash in
between the lease expires and the message is sent again, mail with the same Message-ID: at-least-
once delivery. A failure counts against one delivery; only an unusable server ends the round of its
channel, and then no attempt is counted.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from pathlib import Path

from flask import current_app

from booking import clock
from booking.db import db, outages, unit_of_work
from booking.notifications import password_resets
from booking.notifications.engine.outcomes import Unusable, code_of, is_final
from booking.notifications.models import MAIL
from booking.notifications.transmission import claims, routes
from booking.notifications.transmission.routes import Route
from booking.notifications.transmission.transports import (
    FileTransport,
    NoTransport,
    Postponed,
    SmtpTransport,
    Transport,
)
from booking.outbox import rounds
from booking.settings import mail_server

logger = logging.getLogger(__name__)

MOST_BREAKS = 3
"""Consecutive broken connections after which the rest waits for the next round."""


def mail_folder() -> Path:
    """The folder of .eml files, for an installation without a mail server."""
    return Path(current_app.instance_path) / "mail"


def mail_transport() -> Transport:
    """The configured transport of mail."""
    url = mail_server.smtp_url()
    if url is not None:
        return SmtpTransport(url)
    if current_app.config["PRODUCTION"]:
        # Mail waits until an administrator has named a server.
        return NoTransport()
    return FileTransport(mail_folder())


MAIL_ROUTE = Route(MAIL, mail_transport)


def deliver(now: datetime) -> int:
    """Handle waiting events and send what is due; returns the number of messages sent.

    What one channel raises does not keep the others from sending; it is raised at the end.
    """
    password_resets.write_mails(now)
    for route in routes.connected():
        if route.prepare is not None:
            route.prepare(now)
    rounds.handle_waiting(now)
    sent, failures = 0, []
    for route in routes.connected():
        try:
            sent += _send_waiting(route)
        except Exception as error:
            if outages.outage(error) is not None:
                raise
            db.session.rollback()
            failures.append(error)
    if failures:
        raise failures[0]
    return sent


def _send_waiting(route: Route) -> int:
    sent = breaks = 0
    end = time.monotonic() + route.seconds
    transport = route.transport()
    try:
        while breaks < MOST_BREAKS and time.monotonic() < end:
            claimed = _claim(route.channel, transport)
            if claimed is None:
                break
            if _send(transport, claimed):
                sent, breaks = sent + 1, 0
            else:
                breaks = 0 if transport.is_open else breaks + 1
    except Unusable as error:
        logger.warning(
            "%s waits for the next round: its server cannot be used (%s)", route.channel, error
        )
    finally:
        transport.close()
    if breaks >= MOST_BREAKS:
        logger.warning(
            "%s waits for the next round: its server broke off %s times", route.channel, breaks
        )
    return sent


def _claim(channel: str, transport: Transport) -> claims.Claim | None:
    """The next claim, or None; raises `Unusable` before claiming if nothing can be sent."""
    if not transport.is_open:
        waiting = claims.waits(db.session(), channel=channel, now=clock.now())
        db.session.rollback()
        if not waiting:
            return None
        transport.open()
    while True:
        with unit_of_work() as session:
            claimed = claims.claim(session, channel=channel, now=clock.now())
        if not isinstance(claimed, claims.Passed):
            return claimed


def _send(transport: Transport, claimed: claims.Claim) -> bool:
    """Send one message and record the outcome; on `Unusable` releases the claim and raises."""
    sender = mail_server.sender()
    try:
        transport.hand_over(claimed.id, sender, claimed.recipient, claimed.message)
    except Unusable:
        with unit_of_work() as session:
            claims.release(session, claimed, now=clock.now())
        raise
    except Postponed as error:
        with unit_of_work() as session:
            claims.postpone(session, claimed, until=error.until)
        return False
    except Exception as error:
        # Any other error concerns this message alone. Its text may contain addresses: log its type,
        # or the code that a service gave.
        kind, final = code_of(error), is_final(error, claimed.attempts)
        logger.warning("delivery %s failed (%s)", claimed.id, kind)
        with unit_of_work() as session:
            claims.note_failure(
                session,
                claimed,
                error=kind,
                broke_off=not transport.is_open,
                now=clock.now(),
                final=final,
            )
        return False
    with unit_of_work() as session:
        claims.note_sent(session, claimed, now=clock.now())
    return True
