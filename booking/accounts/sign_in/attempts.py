"""Count attempts in the database, so that all processes and machines count together.

An attempt is charged before it is made and taken back when it succeeds: of many that come at
once, no more than the bound are ever made. The caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from booking.accounts.engine.delays import Bound
from booking.accounts.models import AttemptCount
from booking.db import UTCDateTime

Counted = Mapping[str, Bound]
"""What one attempt counts against, by key."""

State = tuple[datetime, datetime]
"""When a bucket will be empty, and until when one has to wait."""

_LOCKED = (
    text(
        "INSERT INTO attempt_count (key, empty_at, free_at) VALUES (:key, :now, :now) "
        "ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING empty_at, free_at"
    )
    .bindparams(bindparam("now", type_=UTCDateTime()))
    .columns(empty_at=UTCDateTime(), free_at=UTCDateTime())
)
"""The row of a key, made if need be, and locked until the end of the transaction."""

_WRITE = text(
    "UPDATE attempt_count SET empty_at = :empty_at, free_at = :free_at WHERE key = :key"
).bindparams(bindparam("empty_at", type_=UTCDateTime()), bindparam("free_at", type_=UTCDateTime()))


def wait(session: Session, counted: Counted, *, now: datetime) -> timedelta:
    """How long to wait before an attempt; nothing if it would be admitted. Reads only."""
    query = select(AttemptCount.free_at).where(AttemptCount.key.in_(counted))
    return max([timedelta(), *(free_at - now for free_at in session.scalars(query))])


def charge(session: Session, counted: Counted, *, now: datetime) -> timedelta:
    """Charge an attempt and return no time, or charge nothing and return how long to wait."""
    rows = _locked(session, counted, now)
    longest = max(free_at - now for _empty_at, free_at in rows.values())
    if longest > timedelta():
        return longest
    written = {}
    for key, bound in counted.items():
        empty_at = bound.charged(rows[key][0], now)
        written[key] = (empty_at, now + bound.wait(bound.count(empty_at, now)))
    _write(session, written)
    return timedelta()


def take_back(session: Session, counted: Counted, *, now: datetime) -> None:
    """The attempt was none, or it succeeded: it does not count."""
    empty, written = [], {}
    for key, (empty_at, free_at) in _locked(session, counted, now).items():
        bound = counted[key]
        returned = bound.returned(empty_at, now)
        if returned <= now:
            empty.append(key)
            continue
        wait_now = bound.wait(bound.count(returned, now))
        written[key] = (returned, min(free_at, now + wait_now))
    _write(session, written)
    forget(session, empty)


def forget(session: Session, keys: Collection[str]) -> None:
    """Begin anew for some keys."""
    if keys:
        session.execute(delete(AttemptCount).where(AttemptCount.key.in_(keys)))


def forget_old(session: Session, *, now: datetime) -> None:
    """Remove the rows that say nothing any more."""
    old = (AttemptCount.empty_at <= now) & (AttemptCount.free_at <= now)
    session.execute(delete(AttemptCount).where(old))


def _locked(session: Session, counted: Counted, now: datetime) -> dict[str, State]:
    """The rows, locked in one order, so that no two attempts wait for each other."""
    rows = {}
    for key in sorted(counted):
        empty_at, free_at = session.execute(_LOCKED, {"key": key, "now": now}).one()
        rows[key] = (empty_at, free_at)
    return rows


def _write(session: Session, states: Mapping[str, State]) -> None:
    if states:
        rows = [
            {"key": key, "empty_at": empty_at, "free_at": free_at}
            for key, (empty_at, free_at) in states.items()
        ]
        session.execute(_WRITE, rows)
