"""Hand mail over: by SMTP, or as .eml files where no server is configured.

A row is claimed with a lease (compare-and-set), handed over outside any transaction,
then marked. A crash in between lets the lease run out and the mail is sent again with
the same Message-ID: at least once.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import or_, select, update

from booking import files
from booking.db import db, unit_of_work
from booking.notifications import service
from booking.notifications.models import Delivery

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
BATCH = 50
TIMEOUT_SECONDS = 20
WAITS = (1, 5, 15, 60, 240, 720)
"""Minutes until the next try, after the first, second, … failure; then it is given up."""


class Transport(Protocol):
    """Where mail is handed over."""

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Hand over one message; raises OSError or SMTPException when it fails."""


class FileTransport:
    """Writes each mail as a file, for an installation without a mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        files.make_folder(folder)

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Write `NNNNNNNN.eml` in one step; writing it again does no harm."""
        unfinished = self.folder / f".{delivery_id:08d}.part"
        files.write_bytes(unfinished, message)
        unfinished.rename(self.folder / f"{delivery_id:08d}.eml")


class SmtpTransport:
    """Hands over on one SMTP connection."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self.connection = connection

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Send one message."""
        self.connection.sendmail(sender, [recipient], message)


def mail_folder() -> Path:
    """Where mail is written without a server."""
    return Path(current_app.instance_path) / "mail"


@contextmanager
def transport() -> Iterator[Transport]:
    """The configured transport, open for one batch."""
    url = current_app.config["SMTP_URL"]
    if url is None:
        yield FileTransport(mail_folder())
        return
    with _connect(url) as connection:
        yield SmtpTransport(connection)


def _connect(url: str) -> smtplib.SMTP:
    """Connect by smtp://, smtp+starttls:// or smtps://, and sign in where a user is named."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    if parts.scheme == "smtp+starttls":
        connection.starttls(context=ssl.create_default_context())
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    return connection


def deliver(now: datetime) -> int:
    """Expand waiting events and hand over waiting mail; returns how many were sent."""
    for event_id in service.waiting_events(db.session()):
        _expand(event_id, now)
    sent = 0
    while claimed := _claim(now):
        sent += _hand_over(claimed, now)
    return sent


def _expand(event_id: int, now: datetime) -> None:
    """One event in a transaction of its own: one that cannot be told holds up no other."""
    try:
        with unit_of_work() as session:
            service.expand(session, event_id=event_id, now=now)
    except Exception as error:
        logger.exception("event %s cannot be told", event_id)
        with unit_of_work() as session:
            service.note_failure(session, event_id=event_id, error=type(error).__name__)


def _claim(now: datetime) -> list[int]:
    """Take a batch for this worker: nobody else sees the rows until the lease is over."""
    with unit_of_work() as session:
        waiting = (
            select(Delivery.id)
            .where(Delivery.sent_at.is_(None), Delivery.next_try_at <= now)
            .order_by(Delivery.next_try_at, Delivery.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        ids = list(session.scalars(waiting))
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(ids))
            .values(next_try_at=now + LEASE, attempts=Delivery.attempts + 1)
        )
    return ids


def _hand_over(ids: list[int], now: datetime) -> int:
    rows = db.session.execute(
        select(Delivery.id, Delivery.recipient, Delivery.message, Delivery.attempts)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    ).all()
    db.session.rollback()
    sent = 0
    try:
        with transport() as way:
            for delivery_id, recipient, message, attempts in rows:
                sent += _one(way, delivery_id, recipient, message or b"", attempts, now)
    except (OSError, smtplib.SMTPException) as error:
        for delivery_id, _recipient, _message, attempts in rows:
            _failed(delivery_id, attempts, error, now)
    return sent


def _one(
    way: Transport, delivery_id: int, recipient: str, message: bytes, attempts: int, now: datetime
) -> bool:
    """Hand over one mail and mark it."""
    sender = current_app.config["MAIL_FROM"]
    try:
        way.hand_over(delivery_id, sender, recipient, message)
    except smtplib.SMTPServerDisconnected:
        raise
    except (OSError, smtplib.SMTPException) as error:
        _failed(delivery_id, attempts, error, now)
        return False
    with unit_of_work() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id)
            .values(sent_at=now, message=None, last_error=None)
        )
    logger.debug("delivery %s is done (%s)", delivery_id, message_from_bytes(message)["Message-ID"])
    return True


def _failed(delivery_id: int, attempts: int, error: Exception, now: datetime) -> None:
    """Try again later, or give up after the last wait. The error's text has no addresses."""
    wait = WAITS[attempts - 1] if attempts <= len(WAITS) else None
    again = None if wait is None else now + timedelta(minutes=wait)
    logger.warning("delivery %s failed (%s)", delivery_id, type(error).__name__)
    with unit_of_work() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.sent_at.is_(None))
            .where(or_(Delivery.next_try_at.is_(None), Delivery.next_try_at >= now))
            .values(next_try_at=again, last_error=type(error).__name__)
        )
