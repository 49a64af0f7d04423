"""Table: the latest changes of the list of fields, each with what takes it back."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class ChangeKind(enum.StrEnum):
    """What was done."""

    ADDED = "added"
    EDITED = "edited"
    MERGED = "merged"


class FieldChange(Base):
    """One change; the last one can be taken back, and is deleted by that."""

    __tablename__ = "field_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    kind: Mapped[ChangeKind]
    name: Mapped[str] = mapped_column(String(200))
    """The field's name after the change."""
    other: Mapped[str] = mapped_column(String(200), default="")
    """The name before, or that of the field that took it in."""
    reverse: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was, by `undo`."""
    changed_at: Mapped[datetime]
