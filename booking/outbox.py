"""The outbox: a fact kept in the same transaction as the change that it tells of.

`record` writes a row beside the change; the worker reads the rows and tells people.
Whatever happens to the processes in between, a durable change has a durable event.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking import jobs
from booking.db import Base, after_commit


class OutboxEvent(Base):
    """One past-tense fact, and how far telling people of it has got."""

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
    """Keep a fact (`kind`, JSON-able `payload`) in the caller's transaction.

    The worker is woken after the commit; if that fails, its next round finds the row.
    """
    session.add(OutboxEvent(kind=kind, payload=payload, recorded_at=now))
    after_commit(session, "wake", jobs.wake)
