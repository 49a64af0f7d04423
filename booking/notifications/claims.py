"""Which mail goes next, and what became of it. The caller owns the transaction.

A worker claims one mail at a time with a lease. Mail about a lecture goes in order, for each
recipient: a later one waits while another worker is handing an earlier one over, and an
earlier one is superseded once a later one was taken. One that was refused before is superseded
as soon as the lecture has changed: an invitation must not come after the cancellation.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from booking.lectures.models import Lecture
from booking.notifications.models import Delivery

LEASE = timedelta(minutes=2)
"""Longer than handing one mail over may take (`delivery.MAIL_SECONDS`)."""

WAITS = (1, 5, 15, 60, 240, 720)
"""Minutes until the next try, after the first, second, … failure; then it is given up."""

SUPERSEDED = "the lecture has changed since"


@dataclass(frozen=True, slots=True)
class Claim:
    """One mail that one worker has taken until its lease ends."""

    id: int
    recipient: str
    message: bytes
    attempts: int
    created_at: datetime
    lease: datetime


def waits(session: Session, *, now: datetime) -> bool:
    """Whether any mail is due."""
    return session.scalar(select(Delivery.id).where(_due(now)).limit(1)) is not None


class Passed(enum.Enum):
    """A mail was looked at that is not to be sent now: there may be others."""

    PASSED = enum.auto()


def claim(session: Session, *, now: datetime) -> Claim | Passed | None:
    """Take the mail that is due first, and a try with it; None where nothing is to be sent.

    What the lecture has left behind is marked as superseded, and passed. One mail is looked at
    in each transaction: who kept one locked while looking at the next could wait in a circle.
    """
    one = _first(session, now)
    if one is None:
        return None
    if _outdated(session, one, now):
        one.superseded_at, one.last_error = now, SUPERSEDED
        one.next_try_at = one.claimed_until = one.message = None
        return Passed.PASSED
    if _earlier_in_hand(session, one, now):
        # Another worker has taken it in this very moment: `_first` sees that from now on.
        return Passed.PASSED
    one.attempts += 1
    one.next_try_at = one.claimed_until = now + LEASE
    message = one.message or b""
    return Claim(one.id, one.recipient, message, one.attempts, one.created_at, now + LEASE)


def note_sent(session: Session, claimed: Claim, *, now: datetime) -> None:
    """It was handed over, so its text is forgotten."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == claimed.id, Delivery.sent_at.is_(None))
        .values(sent_at=now, message=None, last_error=None, claimed_until=None, superseded_at=None)
    )


def note_failure(
    session: Session, claimed: Claim, *, error: str, broke_off: bool, now: datetime
) -> None:
    """Try again later, or give up after the last wait.

    `broke_off`: the server ended the conversation without an answer to blame this mail by.
    Then it is given up only if the server has taken other mail since this one was written.
    """
    wait = WAITS[claimed.attempts - 1] if claimed.attempts <= len(WAITS) else None
    if wait is None and broke_off and not _taken_since(session, claimed.created_at):
        wait = WAITS[-1]
    again = None if wait is None else now + timedelta(minutes=wait)
    session.execute(
        update(Delivery)
        .where(_still(claimed))
        .values(next_try_at=again, claimed_until=None, last_error=error)
    )


def release(session: Session, claimed: Claim, *, now: datetime) -> None:
    """Give it back as if it had not been taken: the server as a whole was in trouble."""
    session.execute(
        update(Delivery)
        .where(_still(claimed))
        .values(next_try_at=now, claimed_until=None, attempts=claimed.attempts - 1)
    )


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        Delivery.sent_at.is_(None), Delivery.superseded_at.is_(None), Delivery.next_try_at <= now
    )


def _still(claimed: Claim) -> ColumnElement[bool]:
    return and_(
        Delivery.id == claimed.id,
        Delivery.sent_at.is_(None),
        Delivery.claimed_until == claimed.lease,
    )


def _first(session: Session, now: datetime) -> Delivery | None:
    """Locked: what is due first and does not wait for an earlier one in another worker's hands."""
    earlier = aliased(Delivery)
    in_hand = exists().where(
        earlier.lecture_id == Delivery.lecture_id,
        earlier.recipient == Delivery.recipient,
        earlier.sequence < Delivery.sequence,
        earlier.sent_at.is_(None),
        earlier.claimed_until > now,
    )
    return session.scalars(
        select(Delivery)
        .where(_due(now), ~in_hand)
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _outdated(session: Session, one: Delivery, now: datetime) -> bool:
    """Whether something later was handed over, or the lecture has changed since a failed try."""
    if one.lecture_id is None or one.sequence is None:
        return False
    if one.attempts:
        present = session.scalar(select(Lecture.sequence).where(Lecture.id == one.lecture_id))
        return present is not None and present > one.sequence
    later = select(Delivery.id).where(
        Delivery.lecture_id == one.lecture_id,
        Delivery.recipient == one.recipient,
        Delivery.sequence > one.sequence,
        or_(Delivery.sent_at.is_not(None), Delivery.claimed_until > now),
    )
    return session.scalar(later.limit(1)) is not None


def _earlier_in_hand(session: Session, one: Delivery, now: datetime) -> bool:
    """Wait for workers that are claiming an earlier mail of this lecture, then look at it.

    Locks are taken from later mail to earlier only, so nobody waits in a circle.
    """
    if one.lecture_id is None or one.sequence is None:
        return False
    claims = session.scalars(
        select(Delivery.claimed_until)
        .where(
            Delivery.lecture_id == one.lecture_id,
            Delivery.recipient == one.recipient,
            Delivery.sequence < one.sequence,
            Delivery.sent_at.is_(None),
        )
        .with_for_update()
    )
    return any(until is not None and until > now for until in claims.all())


def _taken_since(session: Session, since: datetime) -> bool:
    return session.scalar(select(Delivery.id).where(Delivery.sent_at >= since).limit(1)) is not None
