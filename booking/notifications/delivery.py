"""Hand mail over: by SMTP, or as .eml files where no server is configured.

A mail is claimed with a lease (`claims`), handed over outside any transaction, then marked. A
crash in between lets the lease run out and the mail is sent again with the same Message-ID: at
least once. What fails belongs to one mail; only a server that cannot be used at all ends the
round, and then no mail is charged with a try.
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
from booking.notifications import claims, password_resets, service
from booking.notifications.transports import FileTransport, SmtpTransport, Transport, Unusable

logger = logging.getLogger(__name__)

MOST_BREAKS = 3
"""After so many broken conversations in a row the rest waits for the next round."""


def mail_folder() -> Path:
    """Where mail is written without a server."""
    return Path(current_app.instance_path) / "mail"


@contextmanager
def transport() -> Iterator[Transport]:
    """The configured transport, for one round; it is closed at the end."""
    url = current_app.config["SMTP_URL"]
    way: Transport = FileTransport(mail_folder()) if url is None else SmtpTransport(url)
    try:
        yield way
    finally:
        way.close()


def deliver(now: datetime) -> int:
    """Expand waiting events and hand over waiting mail; returns how many were sent."""
    password_resets.write_mails(now)
    for event_id in service.waiting_events(db.session()):
        _expand(event_id, now)
    with transport() as way:
        return _send_waiting(way)


def _expand(event_id: int, now: datetime) -> None:
    """One event in a transaction of its own: one that cannot be told holds up no other."""
    try:
        with unit_of_work() as session:
            service.expand(session, event_id=event_id, now=now)
    except Exception as error:
        logger.exception("event %s cannot be told", event_id)
        with unit_of_work() as session:
            service.note_failure(session, event_id=event_id, error=type(error).__name__)


def _send_waiting(way: Transport) -> int:
    sent = breaks = 0
    try:
        while breaks < MOST_BREAKS and (claimed := _claim(way)) is not None:
            if _one(way, claimed):
                sent, breaks = sent + 1, 0
            else:
                breaks = 0 if way.is_open else breaks + 1
    except Unusable as error:
        logger.warning("mail waits for the next round: the mail server cannot be used (%s)", error)
    if breaks >= MOST_BREAKS:
        logger.warning("mail waits for the next round: the mail server broke off %s times", breaks)
    return sent


def _claim(way: Transport) -> claims.Claim | None:
    """The next mail; raises `Unusable`, before anything is claimed, if it could not be sent."""
    if not way.is_open:
        waiting = claims.waits(db.session(), now=clock.now())
        db.session.rollback()
        if not waiting:
            return None
        way.open()
    while True:
        with unit_of_work() as session:
            found = claims.claim(session, now=clock.now())
        if not isinstance(found, claims.Passed):
            return found


def _one(way: Transport, claimed: claims.Claim) -> bool:
    """Hand over one mail and mark it; raises `Unusable` and gives the mail back."""
    sender = current_app.config["MAIL_FROM"]
    try:
        way.hand_over(claimed.id, sender, claimed.recipient, claimed.message)
    except Unusable:
        with unit_of_work() as session:
            claims.release(session, claimed, now=clock.now())
        raise
    except Exception as error:
        # Whatever it is, it is about this mail. An error's text may hold addresses.
        kind = type(error).__name__
        logger.warning("delivery %s failed (%s)", claimed.id, kind)
        with unit_of_work() as session:
            claims.note_failure(
                session, claimed, error=kind, broke_off=not way.is_open, now=clock.now()
            )
        return False
    with unit_of_work() as session:
        claims.note_sent(session, claimed, now=clock.now())
    return True
