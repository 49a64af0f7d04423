"""The transactional outbox: events stored in the same transaction as the change.

`record` inserts a row with the change; the worker reads the rows and sends notifications. So every
committed change has a committed event, even if a process dies in between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking import jobs
from booking.db import Base, after_commit


class OutboxEvent(Base):
    """One event, and the state of its handling."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        Index(
            "ix_outbox_event_waiting",
            "id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


def record(session: Session, kind: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Store an event (`kind`, JSON-serialisable `payload`) in the caller's transaction.

    The worker is woken after the commit; if that fails, its next round handles the row.
    """
    session.add(OutboxEvent(kind=kind, payload=payload, recorded_at=now))
    after_commit(session, "wake", jobs.wake)
