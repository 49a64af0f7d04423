"""Rounds of time-based transitions, and the check that holds a round for an administrator.

A wrong system clock must not expire all requests. The number of due lectures is checked first
(`policy.implausible`); if it is implausible, the round is held until an administrator confirms
the clock, or the clock is corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.lectures.engine import policy
from booking.lectures.engine.states import Command, State
from booking.lectures.engine.transitions import WAITING
from booking.lectures.models import ExpiryRound, Lecture
from booking.lectures.service import is_due

_SOURCES = {Command.EXPIRE: WAITING, Command.DELIVER: frozenset({State.CONFIRMED})}


@dataclass(frozen=True, slots=True)
class Held:
    """A held round: the clock's instant, the last trusted instant, and how many rows are due."""

    at: datetime
    last: datetime | None
    requests: int
    lectures: int


def held(session: Session) -> Held | None:
    """The held round, or None. One query."""
    row = session.get(ExpiryRound, 1)
    if row is None or row.held_at is None:
        return None
    return Held(row.held_at, row.trusted_at, row.held_requests, row.held_lectures)


def begin(session: Session, *, now: datetime, limit: int) -> Held | None:
    """Start a round at `now`: None if it may proceed, else the held round.

    `limit` is the setting EXPIRY_LIMIT.
    """
    row = _locked_row(session)
    due, open_ = {}, {}
    for command, states in _SOURCES.items():
        since_last = is_due(command, now)
        if row.trusted_at is not None:
            since_last &= ~is_due(command, row.trusted_at)
        due[command] = _count(session, since_last)
        open_[command] = _count(session, Lecture.state.in_(states))
    if policy.implausible(
        last=row.trusted_at,
        now=now,
        limit=limit,
        counts=[(due[command], open_[command]) for command in _SOURCES],
    ):
        row.held_at = now
        row.held_requests, row.held_lectures = due[Command.EXPIRE], due[Command.DELIVER]
        session.flush()
        return held(session)
    row.trusted_at, row.held_at = now, None
    row.held_requests = row.held_lectures = 0
    return None


def confirm(session: Session) -> Held | None:
    """Release the held round: the next round processes what is due. Returns it, or None.

    The instant of the worker's clock that the administrator saw becomes the trusted one, not
    the current instant.
    """
    held_round, row = held(session), _locked_row(session)
    if row.held_at is not None:
        audit.record(
            session,
            audit.Action.EXPIRY_ALLOWED,
            detail={
                "clock": f"{row.held_at:%Y-%m-%dT%H:%M}",
                "requests": row.held_requests,
                "lectures": row.held_lectures,
            },
        )
        row.trusted_at, row.held_at = row.held_at, None
        row.held_requests = row.held_lectures = 0
    return held_round


def _locked_row(session: Session) -> ExpiryRound:
    query = select(ExpiryRound).with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = ExpiryRound(id=1, held_requests=0, held_lectures=0)
        session.add(row)
    return row


def _count(session: Session, condition: object) -> int:
    query = select(func.count(Lecture.id)).where(condition)  # type: ignore[arg-type]
    return session.scalar(query) or 0
