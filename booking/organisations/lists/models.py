"""Table: uploaded lists between preview and import."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class ListKind(enum.StrEnum):
    """What a list is of."""

    ORGANISATIONS = "organisations"
    REGIONS = "regions"


class ListDraft(Base):
    """A list that was read, between preview and import; deleted by the import or after a day."""

    __tablename__ = "list_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    """A random key, never reused."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ListKind]
    filename: Mapped[str] = mapped_column(String(255))
    rows: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
