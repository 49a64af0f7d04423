"""Leaky buckets of attempts in the database, shared by all processes and machines.

An attempt is charged before it is made and taken back when it succeeds: so concurrent attempts
cannot exceed the bound. The caller owns the transaction.
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
"""The bounds that one attempt is counted against, by key."""

State = tuple[datetime, datetime]
"""`empty_at` and `free_at` of a bucket: when it is empty, and the end of the delay."""

_LOCKED = (
    text(
        "INSERT INTO attempt_count (key, empty_at, free_at) VALUES (:key, :now, :now) "
        "ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING empty_at, free_at"
    )
    .bindparams(bindparam("now", type_=UTCDateTime()))
    .columns(empty_at=UTCDateTime(), free_at=UTCDateTime())
)
"""Upsert that returns the row of a key and locks it until the end of the transaction."""

_WRITE = text(
    "UPDATE attempt_count SET empty_at = :empty_at, free_at = :free_at WHERE key = :key"
).bindparams(bindparam("empty_at", type_=UTCDateTime()), bindparam("free_at", type_=UTCDateTime()))


def wait(session: Session, counted: Counted, *, now: datetime) -> timedelta:
    """The delay before the next attempt; zero if it would be admitted. Reads only."""
    query = select(AttemptCount.free_at).where(AttemptCount.key.in_(counted))
    return max([timedelta(), *(free_at - now for free_at in session.scalars(query))])


def charge(session: Session, counted: Counted, *, now: datetime) -> timedelta:
    """Charge an attempt and return zero, or charge nothing and return the remaining delay."""
    rows = _locked(session, counted, now)
    longest = max(free_at - now for _empty_at, free_at in rows.values())
    if longest > timedelta():
        return longest
    updates = {}
    for key, bound in counted.items():
        empty_at = bound.charged(rows[key][0], now)
        updates[key] = (empty_at, now + bound.wait(bound.count(empty_at, now)))
    _write(session, updates)
    return timedelta()


def take_back(session: Session, counted: Counted, *, now: datetime) -> None:
    """Take back a charged attempt that succeeded or was not made."""
    empty, updates = [], {}
    for key, (empty_at, free_at) in _locked(session, counted, now).items():
        bound = counted[key]
        returned = bound.returned(empty_at, now)
        if returned <= now:
            empty.append(key)
            continue
        wait_now = bound.wait(bound.count(returned, now))
        updates[key] = (returned, min(free_at, now + wait_now))
    _write(session, updates)
    forget(session, empty)


def forget(session: Session, keys: Collection[str]) -> None:
    """Delete the counts of some keys."""
    if keys:
        session.execute(delete(AttemptCount).where(AttemptCount.key.in_(keys)))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the rows of empty buckets without a delay."""
    old = (AttemptCount.empty_at <= now) & (AttemptCount.free_at <= now)
    session.execute(delete(AttemptCount).where(old))


def _locked(session: Session, counted: Counted, now: datetime) -> dict[str, State]:
    """The states by key, with their rows locked in sorted order to avoid deadlocks."""
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
