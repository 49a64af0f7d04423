"""Table: files that the worker makes or has made."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class ExportState(enum.StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    REFUSED = "refused"
    """Rights or the data have changed since it was asked for."""
    FAILED = "failed"


class ExportFile(Base):
    """A file that somebody asked for; deleted after a day, as it may hold personal data."""

    __tablename__ = "export_file"
    __table_args__ = (Index("ix_export_file_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    """A random key, never reused."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """A kind of `exports.kinds`."""
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was chosen, as the kind understands it."""
    language: Mapped[str] = mapped_column(String(12))
    """The language of its headers."""
    filename: Mapped[str] = mapped_column(String(255))
    mimetype: Mapped[str] = mapped_column(String(100))
    state: Mapped[ExportState] = mapped_column(default=ExportState.WAITING)
    rows: Mapped[int]
    """How many rows it will have, about, and how many were read."""
    done: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    """When the worker last updated it."""
    created_at: Mapped[datetime]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
