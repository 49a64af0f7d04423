"""The table of what was deleted by schedule."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class RetentionRun(Base):
    """One run that deleted something by one rule. It names nobody."""

    __tablename__ = "retention_run"
    __table_args__ = (Index("ix_retention_run_rule", "rule", "ran_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(20))
    ran_at: Mapped[datetime]
    before: Mapped[datetime]
    """What was older than this was due."""
    deleted: Mapped[int]
