"""Records events with a change, and the outcome of handling them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking import jobs
from booking.db import after_commit
from booking.outbox.engine.kinds import OutboxKind
from booking.outbox.handlers import Handlers
from booking.outbox.models import OutboxEvent

P = TypeVar("P")

MOST_FAILURES = 20
"""Failures after which an event is left for an engineer; see `attempts` and `last_error`."""


def record(session: Session, kind: OutboxKind[P], payload: P, *, now: datetime) -> None:
    """Store an event in the caller's transaction.

    The worker is woken after the commit; if that fails, its next round handles the row.
    """
    session.add(
        OutboxEvent(
            kind=kind.name, payload=kind.write(payload), version=kind.version, recorded_at=now
        )
    )
    after_commit(session, "wake", jobs.wake)


class Waiting(NamedTuple):
    """An event that is not handled yet."""

    id: int
    kind: str
    version: int
    last_error: str | None


def waiting(session: Session) -> Sequence[Waiting]:
    """The events not yet handled and not given up, oldest first."""
    query = (
        select(OutboxEvent.id, OutboxEvent.kind, OutboxEvent.version, OutboxEvent.last_error)
        .where(OutboxEvent.handled_at.is_(None), OutboxEvent.attempts < MOST_FAILURES)
        .order_by(OutboxEvent.id)
    )
    return [Waiting(*row) for row in session.execute(query)]


def handle(session: Session, handlers: Handlers, *, event_id: int, now: datetime) -> None:
    """Let the handler of an event do its work, and mark the event as handled.

    Both in one transaction, with the event's row locked: an event is handled exactly once.
    """
    query = select(OutboxEvent).where(OutboxEvent.id == event_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    if row.handled_at is not None:
        return
    handlers.handle(session, row, now=now)
    row.handled_at = now
    session.flush()


def note_failure(session: Session, *, event_id: int, error: str) -> None:
    """Count a failure to handle an event and store its error."""
    session.execute(
        update(OutboxEvent)
        .where(OutboxEvent.id == event_id)
        .values(attempts=OutboxEvent.attempts + 1, last_error=error)
    )


def note_obstacle(session: Session, *, event_id: int, obstacle: str) -> None:
    """Store why an event must wait for another release; no failure is counted."""
    session.execute(
        update(OutboxEvent).where(OutboxEvent.id == event_id).values(last_error=obstacle)
    )


def skip_events(session: Session, *, before: datetime, now: datetime) -> None:
    """Mark events recorded before an instant as handled, without a handler: for imported data."""
    session.execute(
        update(OutboxEvent)
        .where(OutboxEvent.handled_at.is_(None), OutboxEvent.recorded_at < before)
        .values(handled_at=now)
    )


def rename_waiting(session: Session, names: Mapping[str, Mapping[int, int]]) -> None:
    """Replace ids in the payloads of events that wait: by the name of the value, old to new.

    For rows that became another row after the event was recorded.
    """
    query = select(OutboxEvent).where(OutboxEvent.handled_at.is_(None)).order_by(OutboxEvent.id)
    for row in session.scalars(query.with_for_update()):
        payload = _renamed(row.payload, names)
        if payload != row.payload:
            row.payload = payload
    session.flush()


def _renamed(value: Any, names: Mapping[str, Mapping[int, int]]) -> Any:
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: names[name].get(one, one)
        if name in names and isinstance(one, int)
        else _renamed(one, names)
        for name, one in value.items()
    }
