"""Limits of text messages per day, counted in the database. The caller owns the transaction.

A message is counted when it is queued, by one statement for each limit that adds and compares at
once: so several workers cannot exceed a limit together.
"""

from __future__ import annotations

import enum
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from booking.crypto import fingerprint
from booking.notifications.texts.models import TextCount
from booking.settings.engine.text_declarations import (
    TEXTS_PER_ACCOUNT,
    TEXTS_PER_DAY,
    TEXTS_PER_NUMBER,
)
from booking.settings.queries import in_force

KEPT_DAYS = 2

_ADD = text(
    "INSERT INTO text_count (key, day, count) VALUES (:key, :day, 1) "
    "ON CONFLICT (key, day) DO UPDATE SET count = text_count.count + 1 "
    "WHERE text_count.count < :most RETURNING count"
).bindparams(bindparam("day", type_=TextCount.day.type))


class TextLimit(enum.StrEnum):
    """What is limited per day."""

    NUMBER = "limit of the number"
    ACCOUNT = "limit of the account"
    INSTALLATION = "limit of the installation"


def charge(session: Session, *, user_id: int, phone: str, day: date) -> TextLimit | None:
    """Count one message of this day; the limit that it would exceed, and then nothing is counted.

    `day` is that of the installation's zone.
    """
    limits = (
        (TextLimit.NUMBER, number_hash(phone), in_force(TEXTS_PER_NUMBER)),
        (TextLimit.ACCOUNT, _key(f"account {user_id}"), in_force(TEXTS_PER_ACCOUNT)),
        # Last: its row is locked for the shortest time, since all messages need it.
        (TextLimit.INSTALLATION, _key("installation"), in_force(TEXTS_PER_DAY)),
    )
    with session.begin_nested() as savepoint:
        for limit, key, most in limits:
            count = session.scalar(_ADD, {"key": key, "day": day, "most": most})
            if count is None:
                savepoint.rollback()
                return limit
    if count == 1:
        # The first message of a day deletes the counts of earlier days.
        old = TextCount.day < day - timedelta(days=KEPT_DAYS)
        session.execute(delete(TextCount).where(old))
    return None


def number_hash(phone: str) -> str:
    """A keyed hash of a number, which does not reveal it."""
    return _key(f"number {phone}")


def _key(counted: str) -> str:
    return fingerprint(current_app.config["SECRET_KEY"], counted, purpose="text messages")
