"""The table of settings that were changed; without a row the default applies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class StoredSetting(Base):
    """The value of one setting that differs from its default."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))
    """The name of who changed it, as it was then; an account may be removed later."""
