"""The table of outcomes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base

LONGEST_OUTCOME = 60


class Outcome(Base):
    """What a lecture can have changed: a line of the list from which a branch chooses."""

    __tablename__ = "follow_up_outcome"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_OUTCOME))
    name_en: Mapped[str] = mapped_column(String(LONGEST_OUTCOME))
    unchanged: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it says that nothing has changed yet: it goes with no other."""
    position: Mapped[int]
    retired_at: Mapped[datetime | None]
    """From then on nobody can choose it; answers that have it keep it."""
