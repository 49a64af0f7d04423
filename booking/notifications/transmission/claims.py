"""Claims deliveries for sending and records the outcome. The caller owns the transaction.

A worker claims one delivery at a time with a lease. Mails about a lecture are sent in order, per
recipient: a later one waits while another worker is sending an earlier one, and an earlier one is
superseded once a later one was claimed. One that failed before is superseded as soon as the
lecture has changed: an invitation must not arrive after the cancellation.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from booking.lectures.models import Lecture
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import MAIL, Delivery

LEASE = timedelta(minutes=2)
"""How long a claim is valid; longer than one mail may take (`transports.MAIL_SECONDS`)."""

WAITS = (1, 5, 15, 60, 240, 720)
"""Minutes until the next attempt after the first, second, … failure; then no more attempts."""

SUPERSEDED = "the lecture has changed since"


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery claimed by one worker until its lease ends."""

    id: int
    recipient: str
    message: bytes
    attempts: int
    created_at: datetime
    lease: datetime


def waits(session: Session, *, now: datetime, channel: str = MAIL) -> bool:
    """Whether any delivery of a channel is due."""
    return session.scalar(select(Delivery.id).where(_due(channel, now)).limit(1)) is not None


class Passed(enum.Enum):
    """The due delivery must not be sent now; others may be due."""

    PASSED = enum.auto()


def claim(session: Session, *, now: datetime, channel: str = MAIL) -> Claim | Passed | None:
    """Claim the delivery of a channel that is due first, and count an attempt; None: nothing is.

    An outdated delivery is marked superseded and gives `Passed`. Each transaction locks one
    candidate only: holding its lock while examining the next could deadlock.
    """
    delivery = _first(session, channel, now)
    if delivery is None:
        return None
    if _outdated(session, delivery, now):
        delivery.superseded_at, delivery.last_error = now, SUPERSEDED
        delivery.next_try_at = delivery.claimed_until = delivery.message = None
        return Passed.PASSED
    if _earlier_claimed(session, delivery, now):
        # Another worker claimed the earlier one after `_first` ran; `_first` sees that next time.
        return Passed.PASSED
    delivery.attempts += 1
    delivery.next_try_at = delivery.claimed_until = now + LEASE
    message = delivery.message or b""
    return Claim(
        delivery.id,
        delivery.recipient,
        message,
        delivery.attempts,
        delivery.created_at,
        now + LEASE,
    )


def note_sent(session: Session, claimed: Claim, *, now: datetime) -> None:
    """Mark a delivery as sent and delete its message."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == claimed.id, Delivery.sent_at.is_(None))
        .values(sent_at=now, message=None, last_error=None, claimed_until=None, superseded_at=None)
    )


def note_failure(
    session: Session,
    claimed: Claim,
    *,
    error: str,
    broke_off: bool,
    now: datetime,
    final: bool = False,
) -> None:
    """Schedule the next attempt, or give up after the last of `WAITS`, or at once if `final`.

    `broke_off`: the server closed the connection without a reply about this mail. Then it is
    given up only if the server has accepted other mail since this one was created.
    """
    wait = WAITS[claimed.attempts - 1] if claimed.attempts <= len(WAITS) else None
    if wait is None and broke_off and not _any_sent_since(session, claimed):
        wait = WAITS[-1]
    if final:
        wait = None
    next_try_at = None if wait is None else now + timedelta(minutes=wait)
    session.execute(
        update(Delivery)
        .where(_claim_holds(claimed))
        .values(next_try_at=next_try_at, claimed_until=None, last_error=error)
    )


def release(session: Session, claimed: Claim, *, now: datetime) -> None:
    """Undo a claim, with its attempt: the server as a whole was unavailable."""
    session.execute(
        update(Delivery)
        .where(_claim_holds(claimed))
        .values(next_try_at=now, claimed_until=None, attempts=claimed.attempts - 1)
    )


def postpone(session: Session, claimed: Claim, *, until: datetime) -> None:
    """Undo a claim, with its attempt; all that is due to this recipient waits until an instant."""
    release(session, claimed, now=until)
    session.execute(
        update(Delivery)
        .where(
            _of_recipient(claimed),
            Delivery.sent_at.is_(None),
            Delivery.superseded_at.is_(None),
            Delivery.claimed_until.is_(None),
            Delivery.next_try_at < until,
        )
        .values(next_try_at=until)
    )


def _of_recipient(claimed: Claim) -> ColumnElement[bool]:
    return and_(Delivery.recipient == claimed.recipient, Delivery.channel == _channel_of(claimed))


def _channel_of(claimed: Claim) -> ScalarSelect[str]:
    return select(Delivery.channel).where(Delivery.id == claimed.id).scalar_subquery()


def _due(channel: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        Delivery.channel == channel,
        Delivery.sent_at.is_(None),
        Delivery.superseded_at.is_(None),
        Delivery.next_try_at <= now,
    )


def _claim_holds(claimed: Claim) -> ColumnElement[bool]:
    return and_(
        Delivery.id == claimed.id,
        Delivery.sent_at.is_(None),
        Delivery.claimed_until == claimed.lease,
    )


def _first(session: Session, channel: str, now: datetime) -> Delivery | None:
    """The first due delivery, locked, unless an earlier one of its lecture is claimed."""
    earlier = aliased(Delivery)
    earlier_claimed = exists().where(
        earlier.lecture_id == Delivery.lecture_id,
        earlier.recipient == Delivery.recipient,
        earlier.sequence < Delivery.sequence,
        earlier.sent_at.is_(None),
        earlier.claimed_until > now,
    )
    return session.scalars(
        select(Delivery)
        .where(_due(channel, now), ~earlier_claimed)
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _outdated(session: Session, delivery: Delivery, now: datetime) -> bool:
    """Whether a later mail was sent or claimed, or the lecture changed after a failed attempt."""
    if delivery.lecture_id is None or delivery.sequence is None:
        return False
    if delivery.attempts or delivery.kind is MessageKind.REMINDER:
        # A reminder tells of a time; whoever turned off other mails must not get a wrong one.
        present = session.scalar(select(Lecture.sequence).where(Lecture.id == delivery.lecture_id))
        return present is not None and present > delivery.sequence
    later = select(Delivery.id).where(
        Delivery.lecture_id == delivery.lecture_id,
        Delivery.recipient == delivery.recipient,
        Delivery.sequence > delivery.sequence,
        or_(Delivery.sent_at.is_not(None), Delivery.claimed_until > now),
    )
    return session.scalar(later.limit(1)) is not None


def _earlier_claimed(session: Session, delivery: Delivery, now: datetime) -> bool:
    """Whether a worker has claimed an earlier mail of this lecture and recipient.

    Waits for workers that are claiming one. Locks are taken from later to earlier mail only, so
    there is no deadlock.
    """
    if delivery.lecture_id is None or delivery.sequence is None:
        return False
    claims = session.scalars(
        select(Delivery.claimed_until)
        .where(
            Delivery.lecture_id == delivery.lecture_id,
            Delivery.recipient == delivery.recipient,
            Delivery.sequence < delivery.sequence,
            Delivery.sent_at.is_(None),
        )
        .with_for_update()
    )
    return any(until is not None and until > now for until in claims.all())


def _any_sent_since(session: Session, claimed: Claim) -> bool:
    """Whether anything of the same channel was sent since a delivery was created."""
    query = select(Delivery.id).where(
        Delivery.channel == _channel_of(claimed), Delivery.sent_at >= claimed.created_at
    )
    return session.scalar(query.limit(1)) is not None
